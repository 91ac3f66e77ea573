import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { admissionPolicyDifferences } from '../../packages/kube-sandbox/src/registry/kinds/admission-policies.js';
import * as definitions from '../../packages/kube-sandbox/src/registry/kinds/custom-resource-definition.js';
import { workloadDifferences } from '../../packages/kube-sandbox/src/registry/kinds/workloads.js';
import { knownDifferences } from './known-differences.js';

const page = readFileSync(new URL('../../docs/sandbox-differences.md', import.meta.url), 'utf8');

/** The entries of the list under a heading, each on one line. */
function entriesUnder(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const [, ...entries] = section.split(/^- /m);
  return entries.map((entry) => entry.trim().replaceAll(/\s+/g, ' '));
}

describe('the page of differences', () => {
  it('has each difference that the comparison lets pass, and no other', () => {
    const known = knownDifferences.map(({ id, sentence }) => `**${id}.** ${sentence}`);
    expect(entriesUnder('Where answers differ')).toEqual(known);
  });

  it.each([
    ['Pods and workloads', workloadDifferences],
    ['Admission policies', admissionPolicyDifferences],
    ['Custom resources', definitions.customResourceDifferences],
  ])('says of %s what their code says', (heading, differences) => {
    expect(entriesUnder(heading)).toEqual(differences);
  });
});
