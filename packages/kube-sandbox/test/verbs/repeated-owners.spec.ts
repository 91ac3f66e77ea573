import { expect, it } from 'vitest';
import { mergeRepeatedOwners } from '../../src/verbs/repeated-owners.js';
import { bodyOf } from '../registry/registry.builder.js';

const owner = (uid: string, controller = true) => ({ kind: 'Deployment', uid, controller });

it('the same owner twice is one, with a warning that names it', () => {
  const metadata = { ownerReferences: [owner('u'), owner('v'), owner('u'), owner('v')] };
  const object = bodyOf('secrets', { metadata });
  expect(mergeRepeatedOwners(object, 'sent')).toEqual([
    '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: u, v',
  ]);
  expect(object.metadata.ownerReferences).toEqual([owner('u'), owner('v')]);
});

it('a patch is told that this came after admission', () => {
  const object = bodyOf('secrets', { metadata: { ownerReferences: [owner('u'), owner('u')] } });
  expect(mergeRepeatedOwners(object, 'admitted')[0]).toMatch(
    'duplicate entries after mutating admission happens; ',
  );
});

it('owners that differ stay, whatever their uids', () => {
  const references = [owner('u'), owner('u', false)];
  const object = bodyOf('secrets', { metadata: { ownerReferences: references } });
  expect(mergeRepeatedOwners(object, 'sent')).toEqual([]);
  expect(object.metadata.ownerReferences).toEqual(references);
});
