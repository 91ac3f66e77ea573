import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  firstLinesOfComments,
  type ProseLine,
  proseOfComments,
  proseOfPage,
  sentencesOf,
  wordCount,
} from './prose.js';

const WORDS_MAX = 30;
const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n');
const pages = tracked.filter((path) =>
  /^(docs\/[^/]+|README|ARCHITECTURE|CONTRIBUTING|CHANGELOG)\.?.*\.md$/.test(path),
);
const sources = tracked.filter((path) => /^src\/.*\.ts$/.test(path));

const inPages = pages.flatMap(proseOfPage);
const inComments = sources.flatMap(proseOfComments);
const beginnings = sources.flatMap(firstLinesOfComments);

/** STYLE.md says which term stands for each. */
const banned = /\b(beside|anew|whoever|doors?|told|mend(ed|s)?|he|his|him)\b/i;
const vagueHeading = /^#{1,6} (What|Whether|Who|As|Be)\b/;
const vagueBeginning = /^(Of|Those|The same|What)\b/;
const emptyHeader = /^\|(.*\|)?\s*\|/;

function matching(lines: readonly ProseLine[], pattern: RegExp): number {
  return lines.filter(({ text }) => pattern.test(text)).length;
}

/** Rows of headers: those with a row of dashes after them. */
function headerRows(): readonly ProseLine[] {
  return inPages.filter(({ path, line }) =>
    /^\|[\s:|-]+\|$/.test(readFileSync(path, 'utf8').split('\n')[line] ?? ''),
  );
}

/**
 * How often each rule is broken. A number may only shrink: who writes a page again lowers it here,
 * and nobody raises it.
 */
const baseline = {
  'banned words in pages': 80,
  'banned words in comments': 0,
  'headings that name no task': 4,
  'comments that begin with no noun and no verb': 0,
  'sentences of pages with too many words': 92,
  'tables with a column without a header': 2,
};

const counts: Readonly<Record<keyof typeof baseline, number>> = {
  'banned words in pages': matching(inPages, banned),
  'banned words in comments': matching(inComments, banned),
  'headings that name no task': matching(inPages, vagueHeading),
  'comments that begin with no noun and no verb': matching(beginnings, vagueBeginning),
  'sentences of pages with too many words': sentencesOf(inPages).filter(
    (sentence) => wordCount(sentence) > WORDS_MAX,
  ).length,
  'tables with a column without a header': matching(headerRows(), emptyHeader),
};

describe('the language of pages and comments', () => {
  it('has pages and comments to look at', () => {
    expect(pages.length).toBeGreaterThan(30);
    expect(inComments.length).toBeGreaterThan(2_000);
  });

  it.each(Object.entries(baseline))('has no more %s than it had', (rule, count) => {
    expect(counts[rule as keyof typeof baseline]).toBe(count);
  });
});
