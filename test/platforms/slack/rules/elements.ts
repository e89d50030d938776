import { type Fields, isFields, listOf } from "../json.ts";
import { checkConfirm, checkLength, checkOption, checkText, checkUrl, type Report } from "./objects.ts";

type Check = (element: Fields, report: Report, pointer: string) => void;

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element: text 75, value 2000, url 3000, style primary or danger. */
function checkButton(element: Fields, report: Report, pointer: string): void {
  checkText(element["text"], { max: 75, plain: true }, report, `${pointer}/text`);
  if ("value" in element) checkLength(element, "value", 1, 2000, report, pointer);
  if ("url" in element) checkUrl(element, "url", report, pointer);
  if ("style" in element && !["primary", "danger"].includes(String(element["style"])))
    report("must be primary or danger", `${pointer}/style`);
  if ("confirm" in element) checkConfirm(element["confirm"], report, `${pointer}/confirm`);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select: placeholder 150. */
function checkExternal(element: Fields, report: Report, pointer: string): void {
  if ("placeholder" in element)
    checkText(element["placeholder"], { max: 150, plain: true }, report, `${pointer}/placeholder`);
  if ("initial_option" in element) checkOption(element["initial_option"], report, `${pointer}/initial_option`);
  const least = element["min_query_length"];
  if (least !== undefined && (typeof least !== "number" || least < 0)) report("must be a number", pointer);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select: 1 to 100 options. */
function checkStatic(element: Fields, report: Report, pointer: string): void {
  const options = listOf(element, "options");
  if (options.length < 1 || options.length > 100) report("needs 1 to 100 options", `${pointer}/options`);
  for (const [i, option] of options.entries()) checkOption(option, report, `${pointer}/options/${String(i)}`);
  if ("initial_option" in element) checkOption(element["initial_option"], report, `${pointer}/initial_option`);
  if ("placeholder" in element)
    checkText(element["placeholder"], { max: 150, plain: true }, report, `${pointer}/placeholder`);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element: placeholder 150, max_length 3000. */
function checkInputText(element: Fields, report: Report, pointer: string): void {
  if ("placeholder" in element)
    checkText(element["placeholder"], { max: 150, plain: true }, report, `${pointer}/placeholder`);
  const longest = element["max_length"];
  if (longest !== undefined && (typeof longest !== "number" || longest < 1 || longest > 3000))
    report("must be 1 to 3000", `${pointer}/max_length`);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/image-element: image_url 3000, alt_text required, 2000. */
export function checkImage(element: Fields, report: Report, pointer: string): void {
  checkUrl(element, "image_url", report, pointer);
  checkLength(element, "alt_text", 1, 2000, report, pointer);
}

/** https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: 1 to 10 files. */
function checkFileInput(element: Fields, report: Report, pointer: string): void {
  const most = element["max_files"];
  if (most !== undefined && (typeof most !== "number" || most < 1 || most > 10))
    report("must be 1 to 10", `${pointer}/max_files`);
}

const interactive: Readonly<Record<string, Check>> = {
  button: checkButton,
  external_select: checkExternal,
  multi_external_select: checkExternal,
  static_select: checkStatic,
  plain_text_input: checkInputText,
  file_input: checkFileInput,
};

export function checkElement(value: unknown, allowed: readonly string[], report: Report, pointer: string): void {
  if (!isFields(value)) return report("must be an object", pointer);
  const type = String(value["type"]);
  if (!allowed.includes(type)) return report(`unsupported type: ${type}`, `${pointer}/type`);
  if (type === "image") return checkImage(value, report, pointer);
  // Every interactive element: action_id of at most 255 characters (each element's own page).
  if ("action_id" in value) checkLength(value, "action_id", 1, 255, report, pointer);
  interactive[type]?.(value, report, pointer);
}
