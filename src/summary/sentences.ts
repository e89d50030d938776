const closers = `["'”’»›)\\]】」』〉》）]*`;

/**
 * Signs that end a sentence in the scripts of the world, with the brackets and quotes that close behind them; where words are
 * parted by spaces only before one. In Greek a semicolon asks.
 */
const marks = new RegExp(
  `(?:[.!?…‽⁇⁈⁉؟۔।॥።։។៕]${closers}|(?<=\\p{Script=Greek})[;\\u037e]${closers})(?=\\s)|[。！？｡．]${closers}`,
  "gu",
);

/** Words that end with a full stop within a sentence: English, German, French, Spanish, Italian, Dutch, Swedish, Polish, Czech, Russian. */
const abbreviations = [
  "e.g i.e cf vs etc approx no nos fig figs eq sec ch vol pp p ed eds al dr mr mrs ms st prof rev gen sen gov capt jr sr inc ltd co corp dept",
  "jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k a.m p.m ca c",
  "bzw z.b d.h u.a usw ggf evtl inkl nr abb bspw sog vgl hr fr str tel",
  "p.ex m mm mme mlle env chap art sra srta dra ud uds pág p.ej ee.uu av sig dott avv ecc es pag",
  "bijv d.w.z o.a enz mevr dhr t.ex bl.a dvs osv np tzn itd m.in ul tj např tzv apod т.е т.д т.п т.к г гг руб стр др",
]
  .join(" ")
  .split(" ");

const abbreviated = new RegExp(
  `(?:^|[\\s(„"“'])(?:${abbreviations.map((word) => word.replaceAll(".", "\\. ?")).join("|")})\\.$`,
  "iu",
);

/** "J. R. R. Tolkien", "z. B.", "am 3. Oktober": one letter or a small number. */
const initial = /(?:^|[\s.(])(?:\p{L}|\d{1,2})\.$/u;

/** Where the sentences of a text end: indices behind their signs, rising. A text that goes on in lower case did not end. */
export function sentenceEnds(text: string): number[] {
  return [...text.matchAll(marks)].flatMap((found) => {
    const end = found.index + found[0].length;
    const before = text.slice(Math.max(0, end - 40), end);
    const goesOn = /^\s+["'“„«‘([]?\p{Ll}/u.test(text.slice(end, end + 20));
    return goesOn || abbreviated.test(before) || initial.test(before) ? [] : [end];
  });
}
