import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const EXIT_LIMIT_SECONDS = 10;
const page = await readFile(new URL("../../docs/install.md", import.meta.url), "utf8");
const unit = /```ini\n(\[Unit\][^`]*)```/.exec(page)?.[1] ?? "";
const dropIn = /```ini\n(\[Service\]\nLoad[^`]*)```/.exec(page)?.[1] ?? "";
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

function values(name: string): readonly string[] {
  return unit.split("\n").flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
}

test("the unit starts what the image starts, and gives it the time that it needs to end", async () => {
  const dockerfile = await readFile(new URL("../../Dockerfile", import.meta.url), "utf8");
  const command = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
  expect(values("ExecStart")).toEqual([`/usr/bin/${command.join(" ")}`]);
  expect(Number(values("TimeoutStopSec")[0])).toBeGreaterThan(EXIT_LIMIT_SECONDS);
  expect([values("Restart"), values("KillSignal"), values("KillMode")]).toEqual([["always"], ["SIGTERM"], ["mixed"]]);
});

test("the unit may write nowhere but where its state lies", () => {
  expect(values("ProtectSystem")).toEqual(["strict"]);
  expect([values("StateDirectory"), values("ReadWritePaths")]).toEqual([["planetwire"], []]);
  expect([values("NoNewPrivileges"), values("CapabilityBoundingSet")]).toEqual([["yes"], [""]]);
});

test.skipIf(!hasSystemd)(
  "systemd understands the unit and the credentials beside it, and calls its exposure low",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "planetwire-unit-"));
    try {
      // Whether node is in /usr/bin is this machine's business.
      const here = `${unit.replace("/usr/bin/node", process.execPath)}\n${dropIn}`;
      const path = join(folder, "planetwire.service");
      await writeFile(path, here);
      const run = promisify(execFile);
      const { stderr } = await run("systemd-analyze", ["verify", "--man=no", path]);
      expect(stderr).toBe("");
      const { stdout } = await run("systemd-analyze", ["security", "--offline=true", "--no-pager", path]);
      expect(Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThan(2);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
