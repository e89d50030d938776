import type { CommandContext } from "./command.ts";

export function mayManage(context: CommandContext): boolean {
  return context.role === "manager";
}
