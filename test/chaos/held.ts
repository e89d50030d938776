import { RespClient } from "./resp-client.ts";

/**
 * Links in the messages that the bots set aside in a channel, since nobody can know whether they landed. Empty while Redis is
 * down.
 */
export async function heldUrls(port: number, channel: string): Promise<readonly string[]> {
  try {
    const client = await RespClient.connect(`redis://127.0.0.1:${port}`);
    try {
      client.send(["HVALS", `pw:held:{${channel.replaceAll(/[{}]/g, encodeURIComponent)}}`]);
      const [reply = ""] = await client.replies(1);
      return [...new Set(reply.match(/http:\/\/127\.0\.0\.\d+:\d+\/posts\/[\w-]+\/\d+/g) ?? [])];
    } finally {
      client.close();
    }
  } catch {
    return [];
  }
}
