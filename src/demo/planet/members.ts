import { abena } from "./abena.ts";
import { akari } from "./akari.ts";
import { dana } from "./dana.ts";
import { ingrid } from "./ingrid.ts";
import { lucia } from "./lucia.ts";
import { marek } from "./marek.ts";
import type { Member } from "./member.ts";
import { niall } from "./niall.ts";
import { priya } from "./priya.ts";
import { releaseTeam } from "./release-team.ts";
import { sipho } from "./sipho.ts";
import { tamsin } from "./tamsin.ts";
import { zoe } from "./zoe.ts";

/** Those whom the planet collects from the start. */
export const members: readonly Member[] = [
  ingrid,
  marek,
  releaseTeam,
  priya,
  akari,
  sipho,
  zoe,
  dana,
  abena,
  niall,
  lucia,
];

/** Who joins later, with posts that are old by then. */
export const newcomer: Member = tamsin;
