import type { FieldError } from "./api-error.ts";

type Path = readonly (string | number)[];

/** Collects what does not fit, so that one answer names all of it (API Reference, "Error Messages"). */
export class Fields {
  readonly found: FieldError[] = [];

  add(path: Path, code: string, message: string): void {
    this.found.push({ path, code, message });
  }

  length(path: Path, text: unknown, min: number, max: number): void {
    const chars = typeof text === "string" ? Array.from(text).length : 0;
    if (typeof text !== "string") this.add(path, "BASE_TYPE_REQUIRED", "This field is required");
    else if (chars < min || chars > max)
      this.add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${String(min)} and ${String(max)} in length.`);
  }

  optionalLength(path: Path, text: unknown, max: number): void {
    if (text !== undefined && text !== null) this.length(path, text, 0, max);
  }

  count(path: Path, list: readonly unknown[], min: number, max: number): void {
    if (list.length < min || list.length > max)
      this.add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${String(min)} and ${String(max)} in length.`);
  }

  /** Only http and https; 2048 characters unless told. */
  url(path: Path, url: unknown, max = 2048): void {
    if (typeof url !== "string" || !/^(?:https?|attachment|discord):\/\/\S+$/i.test(url) || !URL.canParse(url))
      this.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
    else if (url.length > max) this.add(path, "BASE_TYPE_MAX_LENGTH", `Must be ${String(max)} or fewer in length.`);
  }
}
