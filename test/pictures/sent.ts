/** What an adapter sent of each kind, as the platform received it. */
export interface Sent<Payload> {
  readonly post: Payload;
  readonly digest: Payload;
  readonly search: Payload;
  readonly help: Payload;
}
