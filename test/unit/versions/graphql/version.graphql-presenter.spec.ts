import { expect, it } from 'vitest';
import type { VersionView } from '../../../../src/versions/domain/version-view.js';
import {
  presentVersion,
  presentVersionResult,
} from '../../../../src/versions/graphql/version.graphql-presenter.js';

const ref = { namespace: 'pay', name: 'db' };
const view = { version: 3, state: 'deleted' } as VersionView;

it('the id of a version after a write is that of lists, and in a dry run it is not', () => {
  const { id } = presentVersion(ref, view);
  const result = { view, denial: undefined };
  expect(presentVersionResult(ref, result).id).toBe(id);
  expect(presentVersionResult(ref, result, { isPlan: true }).id).not.toBe(id);
});
