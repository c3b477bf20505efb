// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { ReportSection } from '../section.ts';
import atAGlance from './at-a-glance.ts';
import containment from './containment.ts';
import coverage from './coverage.ts';
import credentials from './credentials.ts';
import evidence from './evidence.ts';
import findings from './findings.ts';
import header from './header.ts';
import impact from './impact.ts';
import indicators from './indicators.ts';
import lanes from './lanes.ts';
import leftOut from './left-out.ts';
import notes from './notes.ts';
import openQuestions from './open-questions.ts';
import playbooks from './playbooks.ts';
import posture from './posture.ts';
import questions from './questions.ts';
import resources from './resources.ts';
import stillOpen from './still-open.ts';
import summary from './summary.ts';
import timeline from './timeline.ts';

/** Every section, sorted by file name; `order` says where it stands in the report. */
export const sections: readonly ReportSection[] = [
  atAGlance,
  containment,
  coverage,
  credentials,
  evidence,
  findings,
  header,
  impact,
  indicators,
  lanes,
  leftOut,
  notes,
  openQuestions,
  playbooks,
  posture,
  questions,
  resources,
  stillOpen,
  summary,
  timeline,
].flat();
