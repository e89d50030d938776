/**
 * Beginnings of month names, January first, in the languages that feeds are written in (accents dropped).
 * "mar" is also a Tuesday in French and Spanish, "set" and the like are weekdays elsewhere: the last month in a text counts.
 */
export const monthBeginnings: readonly (readonly string[])[] = [
  ["jan", "ene", "gen", "sty", "янв", "січ", "led", "ιαν", "oca"],
  ["feb", "fev", "lut", "фев", "лют", "uno", "φεβ", "sub"],
  ["mar", "mrt", "maa", "мар", "бер", "brez", "μαρ"],
  ["apr", "avr", "abr", "kwi", "апр", "кві", "dub", "απρ", "nis"],
  ["may", "mai", "mei", "maj", "mag", "мая", "маи", "тра", "kve", "μαι"],
  ["jun", "juin", "giu", "cze", "июн", "чер", "cerven", "ιουν", "haz"],
  ["jul", "juil", "lug", "lip", "июл", "лип", "cervenec", "ιουλ", "tem"],
  ["aug", "aou", "ago", "sie", "авг", "сер", "srp", "αυγ", "agu"],
  ["sep", "set", "wrz", "сен", "вер", "zar", "σεπ", "eyl"],
  ["oct", "okt", "ott", "out", "paz", "окт", "жов", "rij", "οκτ", "eki"],
  ["nov", "lis", "ноя", "νοε", "kas"],
  ["dec", "dez", "dic", "gru", "дек", "гру", "pro", "δεκ", "ara"],
];

/** Hours east of Greenwich by abbreviation. Ambiguous ones have the reading that is most usual in feeds. */
const zones =
  "z 0 ut 0 utc 0 gmt 0 wet 0 west 1 bst 1 cet 1 cest 2 met 1 mest 2 mez 1 mesz 2 eet 2 eest 3 msk 3 msd 4 sast 2 ist 5.5 pkt 5 " +
  "wib 7 sgt 8 hkt 8 pht 8 awst 8 jst 9 kst 9 acst 9.5 aest 10 aedt 11 nzst 12 nzdt 13 brt -3 art -3 nst -3.5 ast -4 adt -3 " +
  "est -5 edt -4 cst -6 cdt -5 mst -7 mdt -6 pst -8 pdt -7 akst -9 akdt -8 hst -10";

export const zoneHours: ReadonlyMap<string, number> = new Map(
  [...zones.matchAll(/([a-z]+) (-?[\d.]+)/g)].map(([, name = "", hours]) => [name, Number(hours)]),
);
