import { RespClient } from "./resp-client.ts";

/**
 * Links in the messages that the bots set aside in a channel, since nobody can know whether they landed. Empty while Redis is
 * down. Of a cluster's nodes, one has the channel.
 */
export async function heldUrls(ports: readonly number[], channel: string): Promise<readonly string[]> {
  return (await Promise.all(ports.map(async (port) => await heldAt(port, channel)))).flat();
}

async function heldAt(port: number, channel: string): Promise<readonly string[]> {
  try {
    const client = await RespClient.connect(`redis://127.0.0.1:${port}`);
    try {
      client.send(["HVALS", `pw:held:{${channel.replaceAll(/[{}]/g, encodeURIComponent)}}`]);
      const [reply = ""] = await client.replies(1);
      // Redis' own JSON writes a slash with a backslash before it.
      const text = reply.replaceAll(String.raw`\/`, "/");
      return [...new Set(text.match(/http:\/\/127\.0\.0\.\d+:\d+\/posts\/[\w-]+\/\d+/g) ?? [])];
    } finally {
      client.close();
    }
  } catch {
    return [];
  }
}
