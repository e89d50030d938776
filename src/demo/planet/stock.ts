/** Sentences for the posts that are put together when all written ones are out. */

export const packages: readonly string[] = [
  "figtree",
  "kestrel-mail",
  "libtide",
  "oldnum",
  "moor-gtk",
  "lantern",
  "quaychess",
  "saltpeter",
  "tarpaulin",
  "windlass",
  "fogsignal",
];

export const findings: readonly string[] = [
  "test <code>leap_second</code> expects the year to end",
  "missing <code>&lt;stdint.h&gt;</code>, which used to arrive with a friend",
  "the linker is right and the documentation is wrong",
  "needs network to build its own manual; refused",
  "timed out after 240 minutes, at 99 %",
  "fails only on the host called <em>Tuesday</em>",
  "two files in two packages want the same name",
];

export const nightlyRemarks: readonly string[] = [
  "Build host 3 was slow again. We have asked it to see a doctor.",
  "Thanks to everybody who sent a patch before we sent the mail.",
  "The median build is now 41 seconds. The mean is nobody’s business.",
  "Whoever fixed <code>windlass</code> without telling anyone: we noticed, and we are grateful.",
  "If your package is red for the third night, we will come and sit next to you.",
  "The archive grew by 212 MB, of which 198 are one picture of a boat.",
  "One retry was needed. We are looking for the test that needed it, not for a way to retry more.",
];

export const gardenRemarks: readonly string[] = [
  "Moved the backup window by an hour, so that it no longer meets the index rebuild in the doorway.",
  "A mouse has been in the shed. It prefers the old cables. So do I.",
  "Pulled out a cron job by the root. Nothing wilted.",
  "Restored a random file from the copy across the river, as every Monday. It came back with its date and its owner. Good.",
  "Watered nothing, changed nothing, wrote this line. The best days are like that.",
  "The fan of the little switch hums in B flat now. Ordered a new one in any other key.",
  "Grafted the mail queue onto the new disk. It has taken.",
];

export const quayNotes: readonly string[] = [
  "read it to the end, the best sentence is in the last paragraph.",
  "I sent this to three people and all of them answered within the hour.",
  "a good one for the train.",
  "I disagree with half of it and have stopped sleeping because of the other half.",
  "short, and it has a number in it.",
  "print it and hang it next to the machine.",
  "I still do not understand the second example, but I now know whom to ask.",
  "should be read aloud, ideally by somebody with a beard.",
];

export const readers: readonly string[] = [
  "A reader in Rostock writes",
  "Somebody who signs as “the night shift” writes",
  "A student from Accra asks",
  "An old colleague sends a postcard",
  "A reader who maintains eleven of these writes",
  "A teacher from Lille asks",
  "Somebody on a ship writes",
];

interface Exchange {
  readonly question: string;
  readonly answer: string;
}

export const replies: readonly Exchange[] = [
  {
    question: "I did exactly what you describe, and it worked. What did I do wrong?",
    answer:
      "Nothing. Write down today’s numbers anyway. In half a year you will want to know whether it still works, and a feeling is a poor baseline.",
  },
  {
    question: "Is there a package for this, or must I understand it?",
    answer:
      "There is a package. You must understand it on the day when the package breaks, so I would read the two pages now, while nobody is shouting.",
  },
  {
    question: "Does it still hold with a hundred times the load?",
    answer:
      "Up to a point, and the point is easy to find: double the load until the waiting time doubles too. Stop there, go home, look at the graph tomorrow.",
  },
  {
    question: "What happens if the power fails in the middle?",
    answer:
      "I pulled the plug thirty times to find out. Twenty-nine times nothing was lost. The thirtieth is now a test, and the test is why the last release was late.",
  },
  {
    question: "My colleague says the opposite, and she is usually right.",
    answer:
      "Then ask her which machine she measured on. I would not be surprised if both of you are right, one of you with a warm cache.",
  },
  {
    question: "Why did nobody tell me this ten years ago?",
    answer:
      "Somebody did, in a comment, in a file that has since been moved twice. I have put it where you will trip over it.",
  },
  {
    question: "Our auditors want to know whether this is best practice.",
    answer:
      "It is practice. We tried two other ways first, and the notes on both are longer than the code that we kept. Give them the notes.",
  },
  {
    question: "How would you test this without breaking the real one?",
    answer:
      "Copy an hour of real requests, replay them at night against a second machine, and compare answers rather than times. The differences are always more interesting than you hope.",
  },
  {
    question: "Would you do it the same way again?",
    answer:
      "The idea, yes. The name, no. The option that switches it off, certainly: three people have needed it, and one of them was me.",
  },
];

export const closings: readonly string[] = [
  "Keep writing. I answer slowly, but I answer.",
  "More next week, if the wind allows.",
  "Corrections to the usual address; the best one wins a mug.",
  "And now back to the thing that I was avoiding by writing this.",
];
