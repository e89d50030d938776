import type { Element, ElementContent } from "hast";
import { attributeOf, classesOf, elementOf, findElement, lineOf, textNode } from "./elements.ts";
import { flattenTable } from "./tables.ts";

const smileyClass = /^(?:wp-smiley|emoji|emoticon|smiley)$/;
const mathImageClass = /^(?:latex|tex|math|mwe-math-fallback-image-\w+|equation)$/;
const spoilerClass = /^(?:spoiler|spoilers?-text|md-spoiler-text|spoiled|mfm-spoiler)$/;
const maxFormulaChars = 300;

/** What stands for an element that chats do not have; null for one that stays as it is (or was only changed within). */
export function rewriteElement(element: Element, parent: Element | null): ElementContent[] | null {
  switch (element.tagName) {
    case "img":
      // One picture is shown as the lead image, none within the text.
      return imageText(element) ?? [];
    case "math":
    case "script":
    case "span":
    case "mjx-container":
      return formula(element) ?? spoiler(element);
    case "input":
      return attributeOf(element, "type") === "checkbox" ? [textNode(isChecked(element) ? "☑ " : "☐ ")] : null;
    case "sup":
    case "sub":
      return raised(element);
    case "rt":
      return hasBrackets(parent) ? null : [textNode(`(${lineOf(element, maxFormulaChars)})`)];
    case "details":
      return details(element);
    case "dt":
    case "dd":
    case "dl":
      return definition(element);
    case "table":
    case "tbody":
    case "thead":
    case "tfoot":
    case "tr":
      flattenTable(element);
      return null;
    default:
      return null;
  }
}

function isChecked(element: Element): boolean {
  return element.properties["checked"] === true;
}

/** Pictures that stand for characters: smileys, and formulas that blog software has drawn. */
function imageText(image: Element): ElementContent[] | null {
  const classes = classesOf(image);
  const alt = attributeOf(image, "alt");
  if (classes.some((name) => smileyClass.test(name))) return [textNode(alt)];
  const isFormula = classes.some((name) => mathImageClass.test(name)) && alt !== "" && alt.length <= maxFormulaChars;
  return isFormula ? [code(alt)] : null;
}

/** MathML, KaTeX and MathJax carry what their author wrote: TeX. */
function formula(element: Element): ElementContent[] | null {
  const isFormula =
    element.tagName === "math" ||
    element.tagName === "mjx-container" ||
    classesOf(element).includes("katex") ||
    /^math\/(?:tex|asciimath)/.test(attributeOf(element, "type"));
  if (!isFormula) return null;
  if (element.tagName === "script") return [code(lineOf(element, maxFormulaChars))];
  const written = findElement(
    element,
    (one) => one.tagName === "annotation" && /tex/i.test(attributeOf(one, "encoding")),
  );
  const tex = attributeOf(findElement(element, (one) => one.tagName === "math") ?? element, "alttext");
  const text = written === null ? tex || lineOf(element, maxFormulaChars) : lineOf(written, maxFormulaChars);
  return text === "" ? [] : [code(text)];
}

function code(formula: string): Element {
  const inner = /^\{\\displaystyle ([\s\S]*)\}$/.exec(formula)?.[1] ?? formula;
  return elementOf("code", [textNode(inner.trim())]);
}

/** A chat would show at once what its author wanted to be opened first. */
function spoiler(element: Element): ElementContent[] | null {
  return classesOf(element).some((name) => spoilerClass.test(name)) ? [textNode("[spoiler]")] : null;
}

const plain = "0123456789+-=()n";
const raisedDigits: Readonly<Record<string, string>> = { sup: "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", sub: "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ" };

/** "10<sup>6</sup>" is no 106. Words stay as they are: "1<sup>st</sup>". */
function raised(element: Element): ElementContent[] | null {
  const text = lineOf(element, 40).replaceAll("−", "-");
  const chars = text.split("");
  const marks = raisedDigits[element.tagName] ?? "";
  const isSimple = element.children.every((child) => child.type === "text") && text !== "" && text.length <= 12;
  if (!isSimple || text === "n" || !chars.every((char) => plain.includes(char))) return null;
  return [textNode(chars.map((char) => marks.charAt(plain.indexOf(char))).join(""))];
}

function hasBrackets(ruby: Element | null): boolean {
  return ruby?.children.some((child) => child.type === "element" && child.tagName === "rp") ?? false;
}

/** What its author folded away stays so: its summary says what is there. */
function details(element: Element): ElementContent[] | null {
  const summary = element.children.find(
    (child): child is Element => child.type === "element" && child.tagName === "summary",
  );
  if (summary === undefined || lineOf(summary, maxFormulaChars) === "" || element.properties["open"] === true)
    return null;
  return [elementOf("p", [...summary.children, textNode(" …")])];
}

/** A term and what it means, as lines. */
function definition(element: Element): null {
  if (element.tagName === "dt") element.children = [elementOf("strong", element.children)];
  element.tagName = element.tagName === "dt" ? "p" : "div";
  return null;
}
