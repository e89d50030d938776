/** Node's X.509 verification codes, OpenSSL's and Node's own TLS errors; EPROTO is a handshake with something that is not TLS. */
const TLS_CODE =
  /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|PATH_LENGTH_|HOSTNAME_|OUT_OF_MEM)/u;

const UNKNOWN_ISSUER = "nobody we trust has signed its certificate, or a certificate between is missing";
const NOT_TLS = "what answers does not speak TLS, or none that we speak";
const SELF_SIGNED = "its certificate is signed by itself, so nobody vouches for it";

/** Codes of Node's `tls` documentation, "X509 certificate error codes". */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["CERT_NOT_YET_VALID", "its certificate is not valid yet"],
  ["CERT_REVOKED", "its certificate has been revoked"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host"],
  ["HOSTNAME_MISMATCH", "its certificate is for another host"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", SELF_SIGNED],
  ["SELF_SIGNED_CERT_IN_CHAIN", UNKNOWN_ISSUER],
  ["UNABLE_TO_GET_ISSUER_CERT", UNKNOWN_ISSUER],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UNKNOWN_ISSUER],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UNKNOWN_ISSUER],
  ["EPROTO", NOT_TLS],
  ["ERR_SSL_WRONG_VERSION_NUMBER", NOT_TLS],
]);

/** What is wrong with the secure connection, for a person; null when the code is no TLS failure's. */
export function tlsReason(code: string): string | null {
  if (!TLS_CODE.test(code)) return null;
  return `the secure connection failed: ${REASONS.get(code) ?? "the certificate or the handshake is broken"} (${code})`;
}
