import { bulletList, code, done, paragraph, refused, type Reply } from "./command/reply.ts";
import type { Previews } from "./command/deps.ts";
import type { Core } from "./core.ts";

const MOST_NAMED = 20;

/**
 * `forget` for every channel of a server or workspace, `<platform>:<its id>`: as if it were said in each. Without `isSure` it says which
 * channels that are.
 */
export async function forgetWorkspace(
  core: Core,
  previews: Previews,
  workspace: string,
  isSure: boolean,
): Promise<Reply> {
  const channels = await channelsOf(core, previews, workspace);
  if (channels.length === 0) return refused(`No channel of ${workspace} is known here.`);
  if (!isSure) {
    const named = channels.slice(0, MOST_NAMED).map((channel) => [code(channel)]);
    const more = channels.length - named.length;
    return done(
      [
        paragraph(`Of ${String(channels.length)} channels everything would be removed, for good:`),
        bulletList([...named, ...(more > 0 ? [[`and ${String(more)} more`]] : [])]),
        paragraph("Nothing is removed yet; ", code("forget yes"), " does it."),
      ],
      { channels, forgotten: 0 },
    );
  }
  let forgotten = 0;
  for (const channel of channels) {
    await core.store.channels.register(channel);
    await core.store.channels.forgets.mark(channel);
    if (await core.commandDeps.forget(channel)) forgotten += 1;
  }
  const left = channels.length - forgotten;
  const rest =
    left === 0 ? "" : ` Of ${String(left)} more it is removed within minutes, when what is under way has ended.`;
  return done([paragraph(`Everything that was kept of ${String(forgotten)} channels is removed.${rest}`)], {
    channels,
    forgotten,
  });
}

async function channelsOf(core: Core, previews: Previews, workspace: string): Promise<string[]> {
  const platform = workspace.slice(0, Math.max(0, workspace.indexOf(":")));
  const id = workspace.slice(platform.length + 1);
  const preview = await previews[platform]?.();
  const memory = core.store.adapter(platform);
  const found: string[] = [];
  for (let cursor = "start"; cursor !== "0";) {
    const page = await core.store.channels.channels(cursor === "start" ? "0" : cursor);
    cursor = page.cursor;
    for (const channel of page.channels.filter((one) => one.startsWith(`${platform}:`)))
      if ((await preview?.workspaceOf(channel, async (name) => await memory.get(name))) === id) found.push(channel);
  }
  return [...new Set(found)].sort();
}
