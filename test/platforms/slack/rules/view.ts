import { type Fields, isFields, listOf } from "../json.ts";
import { problemsOfBlocks } from "./blocks.ts";
import { checkLength, checkText, type Report } from "./objects.ts";

/**
 * A modal: title, submit and close of 24 characters, private_metadata 3000, callback_id 255, 100 blocks; `submit` is
 * required with an input block.
 * https://docs.slack.dev/reference/views/modal-views
 */
export function problemsOfView(view: unknown): string[] {
  const problems: string[] = [];
  const report: Report = (problem, pointer) => void problems.push(`[ERROR] ${problem} [json-pointer:${pointer}]`);
  if (!isFields(view)) return ["[ERROR] must be an object [json-pointer:/view]"];
  if (view["type"] !== "modal") report("must be a modal", "/type");
  checkText(view["title"], { max: 24, plain: true }, report, "/title");
  for (const name of ["submit", "close"])
    if (name in view) checkText(view[name], { max: 24, plain: true }, report, `/${name}`);
  if ("private_metadata" in view) checkLength(view, "private_metadata", 0, 3000, report, "");
  if ("callback_id" in view) checkLength(view, "callback_id", 1, 255, report, "");
  if (hasInput(view) && !("submit" in view)) report("missing required field: submit", "");
  return [...problems, ...problemsOfBlocks(view["blocks"], "modal")];
}

function hasInput(view: Fields): boolean {
  return listOf(view, "blocks").some((block) => isFields(block) && block["type"] === "input");
}
