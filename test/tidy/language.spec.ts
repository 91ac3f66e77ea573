import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../services/programs.js';
import {
  firstLinesOfComments,
  type ProseLine,
  proseOfComments,
  proseOfPage,
  sentencesOf,
  wordCount,
} from './prose.js';

const WORDS_MAX = 30;
const tracked = execFileSync(findProgram('git', 'git'), ['ls-files'], { encoding: 'utf8' }).split(
  '\n',
);
const pages = tracked.filter((path) =>
  /^(docs\/[^/]+|README|ARCHITECTURE|CONTRIBUTING|CHANGELOG)\.?.*\.md$/.test(path),
);
/** Descriptions of the API, not comments. */
const generated = 'packages/client/src/types.ts';
const sources = tracked.filter(
  (path) => /^(src|packages\/[^/]+\/src)\/.*\.ts$/.test(path) && path !== generated,
);

const inPages = pages.flatMap(proseOfPage);
const inComments = sources.flatMap(proseOfComments);
const beginnings = sources.flatMap(firstLinesOfComments);

/** STYLE.md says which term stands for each. */
const banned = /\b(beside|anew|whoever|doors?|told|mend(ed|s)?|he|his|him)\b/i;
const vagueHeading = /^#{1,6} (What|Whether|Who|As|Be)\b/;
const vagueBeginning = /^(Of|Those|The same|What)\b/;
const emptyHeader = /^\|(.*\|)?\s*\|/;

function matching(lines: readonly ProseLine[], pattern: RegExp): readonly string[] {
  return lines.filter(({ text }) => pattern.test(text)).map(({ path, line }) => `${path}:${line}`);
}

/** Returns rows of headers: rows before a row of dashes. */
function headerRows(): readonly ProseLine[] {
  return inPages.filter(({ path, line }) =>
    /^\|[\s:|-]+\|$/.test(readFileSync(path, 'utf8').split('\n')[line] ?? ''),
  );
}

function longSentences(): readonly string[] {
  return sentencesOf(inPages).filter((sentence) => wordCount(sentence) > WORDS_MAX);
}

describe('the language of pages and comments', () => {
  it('has pages and comments to look at', () => {
    expect(pages.length).toBeGreaterThan(30);
    expect(inComments.length).toBeGreaterThan(2_000);
  });

  it('has no banned words in pages', () => {
    expect(matching(inPages, banned)).toEqual([]);
  });

  it('has no banned words in comments', () => {
    expect(matching(inComments, banned)).toEqual([]);
  });

  it('has headings that name a task or a subject', () => {
    expect(matching(inPages, vagueHeading)).toEqual([]);
  });

  it('has comments that begin with a noun or a verb', () => {
    expect(matching(beginnings, vagueBeginning)).toEqual([]);
  });

  it(`has no sentence of more than ${WORDS_MAX} words in pages`, () => {
    expect(longSentences()).toEqual([]);
  });

  it('has a header above every column of a table', () => {
    expect(matching(headerRows(), emptyHeader)).toEqual([]);
  });
});
