import { type Fields, isFields, textOf } from "../json.ts";

/** What is wrong with a block, each with a JSON pointer, as Slack puts it into `response_metadata.messages`. */
export type Report = (problem: string, pointer: string) => void;

export interface TextRule {
  readonly max: number;
  /** Whether only plain_text is taken. */
  readonly plain: boolean;
}

/**
 * A text object: `plain_text` or `mrkdwn`, 1 to 3000 characters unless its place says less.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function checkText(value: unknown, rule: TextRule, report: Report, pointer: string): void {
  if (!isFields(value)) return report("must be an object", pointer);
  const { type } = value;
  if (type !== "plain_text" && (rule.plain || type !== "mrkdwn"))
    report(`unsupported type: ${String(type)}`, `${pointer}/type`);
  if (type === "plain_text" && "verbatim" in value)
    report("no more than mrkdwn allows verbatim", `${pointer}/verbatim`);
  if (type === "mrkdwn" && "emoji" in value) report("only plain_text has emoji", `${pointer}/emoji`);
  checkLength(value, "text", 1, rule.max, report, pointer);
}

/** Slack counts characters; the limits of each field stand beside it in the reference. */
export function checkLength(
  fields: Fields,
  name: string,
  min: number,
  max: number,
  report: Report,
  pointer: string,
): void {
  const value = fields[name];
  if (typeof value !== "string") return report(`missing required field: ${name}`, pointer);
  const { length } = value;
  if (length < min) report(`must be more than ${String(min - 1)} characters`, `${pointer}/${name}`);
  if (length > max) report(`must be less than ${String(max + 1)} characters`, `${pointer}/${name}`);
}

/**
 * An option: text 75 characters, value 150, no empty value.
 * https://docs.slack.dev/reference/block-kit/composition-objects/option-object
 */
export function checkOption(value: unknown, report: Report, pointer: string): void {
  if (!isFields(value)) return report("must be an object", pointer);
  checkText(value["text"], { max: 75, plain: true }, report, `${pointer}/text`);
  checkLength(value, "value", 1, 150, report, pointer);
  if ("description" in value)
    checkText(value["description"], { max: 75, plain: true }, report, `${pointer}/description`);
}

/**
 * A confirmation dialog: title 100, text 300, confirm and deny 30.
 * https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
 */
export function checkConfirm(value: unknown, report: Report, pointer: string): void {
  if (!isFields(value)) return report("must be an object", pointer);
  const parts = { title: 100, text: 300, confirm: 30, deny: 30 };
  for (const [name, max] of Object.entries(parts))
    checkText(value[name], { max, plain: true }, report, `${pointer}/${name}`);
}

/** An address that a client can open: http or https, at most 3000 characters. */
export function checkUrl(fields: Fields, name: string, report: Report, pointer: string): void {
  checkLength(fields, name, 1, 3000, report, pointer);
  if (!/^https?:\/\/[^\s]+$/i.test(textOf(fields, name))) report("invalid url", `${pointer}/${name}`);
}
