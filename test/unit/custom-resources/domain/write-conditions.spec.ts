import { describe, expect, it } from 'vitest';
import {
  refuseFailedConditions,
  specWriteOptions,
  statedDeleteOptions,
  statedPutOptions,
  writeConditions,
} from '../../../../src/custom-resources/domain/write-conditions.js';

it('preconditions are tags of the present spec, or that there is none', () => {
  expect(writeConditions('PUT', {})).toEqual({ ifMatch: undefined, ifNoneMatch: undefined });
  expect(writeConditions('DELETE', { 'if-match': '"u.1"' }).ifMatch).toEqual(['"u.1"']);
  expect(writeConditions('PUT', { 'if-none-match': ' * ' }).ifNoneMatch).toBe('*');
});

it.each([
  ['PUT', '"u.1"'],
  ['DELETE', '*'],
])('If-None-Match without a meaning is refused: %s %s', (method, tag) => {
  expect(() => writeConditions(method, { 'if-none-match': tag })).toThrow('belongs to a PUT');
});

it('what a request says of a write is its conditions and whether it is a dry run', () => {
  const request = { method: 'DELETE', headers: { 'if-match': '"u.1"' } };
  expect(specWriteOptions(request, 'All')).toMatchObject({ dryRun: true, ifMatch: ['"u.1"'] });
  expect(specWriteOptions(request, undefined).dryRun).toBe(false);
});

it('an input says what headers say; null counts as absent', () => {
  expect(statedPutOptions({ dryRun: true, ifMatch: '"u.1"', ifNoneMatch: null })).toEqual({
    ...{ dryRun: true, ifMatch: ['"u.1"'], ifNoneMatch: undefined },
  });
  expect(statedPutOptions({ dryRun: false, ifNoneMatch: '*' }).ifNoneMatch).toBe('*');
  expect(() => statedPutOptions({ dryRun: false, ifNoneMatch: '"u.1"' })).toThrow(
    'belongs to a PUT',
  );
  expect(statedDeleteOptions({ dryRun: false, ifMatch: null })).toEqual({
    ...{ dryRun: false, ifMatch: undefined, ifNoneMatch: undefined },
  });
});

describe('a condition on the spec before a write', () => {
  const before = { uid: 'u', generation: 1 };

  it.each([
    ['there is none', undefined, { ifNoneMatch: '*' }],
    ['it is the spec that the caller has seen', before, { ifMatch: ['"u.1"'] }],
    ['there is no condition', before, {}],
  ] as const)('passes if %s', (_name, state, conditions) => {
    expect(() => {
      refuseFailedConditions(state, conditions, 'exists');
    }).not.toThrow();
  });

  it.each([
    ['it is there already', before, { ifNoneMatch: '*' }, 'AlreadyExists'],
    ['it is another spec', before, { ifMatch: ['"u.2"'] }, 'Conflict'],
    ['any is demanded and there is none', undefined, { ifMatch: '*' }, 'Conflict'],
  ] as const)('is 412 if %s', (_name, state, conditions, code) => {
    expect(() => {
      refuseFailedConditions(state, conditions, 'exists');
    }).toThrow(expect.objectContaining({ code, status: 412 }));
  });
});
