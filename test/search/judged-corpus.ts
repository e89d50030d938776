/** What somebody expects of a search, and why. Entries are named by a part of their link that no other has. */
export interface JudgedQuery {
  readonly query: string;
  /** Each of these is among the first five. */
  readonly expected: readonly string[];
  /** None of these is. */
  readonly unwanted?: readonly string[];
  readonly why: string;
}

/** Followed by one channel, each as a feed of its own. */
export const JUDGED_PLANETS = [
  "pythonbrasil.atom.xml",
  "postgresqlfr.atom.xml",
  "indichix.atom.xml",
  "infosecfeeds.rss20.xml",
  "planetarnis.atom.xml",
  "terasi.rss20.xml",
];

/** Written down from reading the entries of real planets, before any of it was run. */
export const JUDGED_CORPUS: readonly JudgedQuery[] = [
  // Portuguese and English, with code
  {
    query: "steam github actions",
    expected: ["building-and-publishing-games-to-steam"],
    why: "its title says so; the older post on GitHub Actions is not about Steam",
  },
  { query: "carimbo", expected: ["my-first-game-with-carimbo"], why: "the name of the engine, in the title" },
  { query: "redis lua atomic", expected: ["mastering-atomic-complex-operations"], why: "three words of its title" },
  { query: "raspberry pi cloud", expected: ["from-the-cloud-to-a-raspberry-pi"], why: "the two ends of the move" },
  {
    query: "untrusted code telegram bot",
    expected: ["executing-untrusted-code"],
    why: "what it runs, and where people send it",
  },
  {
    query: "esp32 cbor zstd",
    expected: ["working-with-compressed-binary-data"],
    why: "none of the three is in its title: the text alone answers",
  },
  {
    query: "orientacao objetos mixins",
    expected: ["oo-de-outra-forma-4"],
    why: "written without accents, as many type; the fourth part is about mixins",
  },
  {
    query: "title:orientação",
    expected: [6, 5, 4, 3, 2].map((part) => `oo-de-outra-forma-${String(part)}`),
    unwanted: ["oo-de-outra-forma-1"],
    why: "six parts, the newest five first",
  },
  {
    query: "author:klosowski title:herança -title:mixins",
    expected: ["oo-de-outra-forma-3"],
    unwanted: ["oo-de-outra-forma-4"],
    why: "two parts have it in the title, one of them with mixins",
  },
  { query: "bubble sort", expected: ["algoritmos-ordenacao"], why: "English words in a Portuguese post" },
  { query: "neovim favoritos", expected: ["meus-10-plugins-favoritos"], why: "ten favourite plugins" },
  { query: "vimdoc", expected: ["gerando-documentacao-vimdoc"], why: "what it generates" },
  { query: "#rust2020", expected: ["/2019/12/01/rust-2020"], why: "as the tag is written; its link says 2019" },
  {
    query: "rust2019",
    expected: ["/2019/01/05/rust-2019"],
    why: "the year before",
  },
  { query: "nthash", expected: ["/nthash/"], why: "the name of the crate" },
  { query: "scapy ip duplicado", expected: ["monitorando-ips-duplicados"], why: "the tool, and the fault it finds" },
  { query: "fibonacci fatorial", expected: ["questoes-para-estudo-de-algoritmos"], why: "two of its three problems" },
  { query: "c++ pythonistas", expected: ["lauro.wordpress.com"], why: "signs in a word do no harm" },
  { query: "sequencias duplicatas", expected: ["pythonhelp.wordpress.com"], why: "the title has an accent" },
  { query: "pony orm exceções", expected: ["iniciando-com-o-orm-pony"], why: "its third part is about exceptions" },
  {
    query: "advent of code dia",
    expected: ["adventofcode2024-dia15"],
    unwanted: ["adventofcode2024-day15"],
    why: "the same post in two languages: 'dia' is only in one",
  },
  {
    query: "author:nilo advent",
    expected: ["adventofcode2024-dia15", "adventofcode2024-day15"],
    why: "by his first name, both languages",
  },
  {
    query: "gentleman OR gentlemen author:avelino",
    expected: ["Gentlemens-Club-vs-Strip-Club"],
    why: "the title has “Gentlemen’s” with a curly apostrophe",
  },
  { query: "criptomoedas", expected: ["curso-de-introducao-criptomoedas"], why: "a Portuguese title, an English text" },
  // French
  { query: "title:beta", expected: ["postgresql-10-beta"], why: "the title says “bêta”" },
  { query: "temboard", expected: ["PostgreSQL_Temboard_Guide"], why: "the product's name" },
  { query: "title:partitionnement", expected: ["partition_brin_index_10_beta"], why: "one title has it" },
  {
    query: "author:lelarge livre",
    expected: ["Version-1.3-de-mon-livre", "Parution-de-mon-livre"],
    why: "both posts on his book",
  },
  {
    query: "title:fevrier",
    expected: ["2017/03/02/Nouvelles", "2017/02/09/Nouvelles"],
    unwanted: ["2017/03/21/Nouvelles", "2017/01/19/Nouvelles"],
    why: "four weekly news of February, one of them sent in March; those of January and March are not",
  },
  { query: "backends fichiers temporaires", expected: ["backends-generant-des-fichiers"], why: "its whole title" },
  { query: "manuel 9.5 fin", expected: ["Fin-de-la-traduction-du-manuel"], why: "a number with a point is a phrase" },
  // India: names in Devanagari, a poem in Kannada
  { query: "lawgon", expected: ["Rest-in-peace-Lawgon"], why: "a nickname in the title" },
  { query: "tiramisu marsala", expected: ["tiramisu-check"], why: "the dish, and what was hard to find for it" },
  { query: "स्वक्ष julia", expected: ["Programming-with-Julia"], why: "the author's name as it is written there" },
  { query: "author:svaksha fortran", expected: ["Programming-with-Julia"], why: "…and as it is said" },
  { query: "linux mint hard disk", expected: ["linux-mint-2"], why: "why it was installed" },
  { query: "bcm43xx", expected: ["b0rked-Broadcom"], why: "a driver" },
  { query: "lebanese restaurant nice", expected: ["restaurant-review-pera-nice"], why: "what, where" },
  { query: "ನಿನಗಾಗಿ", expected: ["netra.wordpress.com/2011/05/26"], why: "first word of the poem, in another script" },
  { query: "jboss drools", expected: ["talk-at-fudconin"], why: "what the talk was about" },
  {
    query: "author:svaksha since:2012-08-01 before:2012-09-01",
    expected: ["Rest-in-peace-Lawgon", "Contributing-to-Libre-software"],
    unwanted: ["Pycon-Canada-2012", "Programming-with-Julia"],
    why: "what she wrote in August 2012",
  },
  // Security, with a # before every other word
  { query: "mimikatz", expected: ["2016-030"], why: "in the title" },
  { query: "angler exploit kit carter", expected: ["2016-022"], why: "the guest and the subject" },
  { query: "dns sinkholing", expected: ["2016-023"], why: "the title has an underscore, the text “#DNS sinkholing”" },
  { query: '"cyber kill chain"', expected: ["2016-034"], why: "a phrase" },
  { query: "windows registry malware", expected: ["2016-025"], why: "where it hides" },
  { query: "hipaa redskins", expected: ["2016-024"], why: "two subjects of one episode" },
  { query: "belkin embedded", expected: ["responsibly-disclosing"], why: "both are written with # in the text" },
  // Martial arts and Indonesian
  { query: "burpees bulgarian bag", expected: ["more-burpees-and-bulgarian"], why: "the title, in another order" },
  { query: "korto garote", expected: ["pinoro-arnis-l1"], why: "its subject" },
  { query: "lonely dog", expected: ["stick-fighting-seminar-with-lonely-dog"], why: "in odd quotation marks there" },
  { query: "balintawak twelve strikes", expected: ["balintawakarnisgoldcdeo"], why: "words of the title" },
  {
    query: "title:taboada",
    expected: ["taboada-balintawak-west-coast", "grandmaster-bobby-taboada"],
    why: "capitals and not",
  },
  {
    query: '"iron mountain"',
    expected: ["BlogPost:243333", "preparing-for-iron-mountain"],
    why: "the same post on two blogs",
  },
  { query: "uang kertas", expected: ["tanpa-uang-kertas"], why: "money of paper" },
  { query: "internet banking", expected: ["sulit-menerima-inovasi"], why: "the first words of the text" },
  { query: "zimbra relay", expected: ["solved-zimbra"], why: "the product and the fault" },
  {
    query: "author:dailysocial since:2012-11-01",
    expected: ["dailyssimo-apakah-anda-kecanduan", "lagi-aplikasi-asal-indonesia"],
    why: "a site as an author",
  },
  { query: "kirby blog", expected: ["blog-halaman-statis"], why: "the tool that made him write" },
  // What is not there
  { query: "kubernetes tiramisu", expected: [], why: "no entry has both" },
  { query: '"carimbo lua redis"', expected: [], why: "words of three entries, in a row in none" },
];
