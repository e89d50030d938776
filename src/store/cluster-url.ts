/** Nodes by which a cluster is found; it tells the others. */
export interface ClusterAddress {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** "" for the default user. */
  readonly username: string;
  readonly password: string;
  readonly isTls: boolean;
}

const DEFAULT_PORT = 6379;
/** A password may hold an `@`, a host may not. */
const FORM = /^redis(s?)\+cluster:\/\/(?:([^:@]*)(?::(.*))?@)?([^@/?#]+)\/?$/;
/** A name, an IPv4 address, or an IPv6 address in brackets. */
const NODE = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

export function isClusterUrl(url: string): boolean {
  return /^rediss?\+cluster:/.test(url);
}

/**
 * `redis+cluster://[user[:password]@]host[:port][,host[:port]…]`, with `rediss` for TLS: what `redis://` is with the hosts of a cluster, which
 * `URL` does not read. (A cluster has one database.) null for anything else.
 */
export function parseClusterUrl(url: string): ClusterAddress | null {
  const [match, tls, username = "", password = "", hosts = ""] = FORM.exec(url) ?? [];
  if (match === undefined) return null;
  const nodes = hosts.split(",").map(parseNode);
  try {
    const found = nodes.flatMap((node) => node ?? []);
    if (found.length < nodes.length) return null;
    return {
      nodes: found,
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      isTls: tls === "s",
    };
  } catch {
    return null;
  }
}

function parseNode(text: string): ClusterAddress["nodes"][number] | null {
  const [match, host = "", portText] = NODE.exec(text) ?? [];
  const port = Number(portText ?? DEFAULT_PORT);
  if (match === undefined || port < 1 || port > 65_535) return null;
  return { host: host.replaceAll(/[[\]]/g, ""), port };
}
