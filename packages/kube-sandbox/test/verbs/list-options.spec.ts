import { describe, expect, it } from 'vitest';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { type ListOptions, listOptions } from '../../src/verbs/list-options.js';
import type { ResourceRequest } from '../../src/verbs/resource-request.js';

const definition = { kind: 'ConfigMap', isNamespaced: true, isCustom: false } as ResourceDefinition;

function optionsOf(query: string): ListOptions {
  return listOptions({ definition, query: new URLSearchParams(query) } as ResourceRequest);
}

describe('options of lists and watches', () => {
  it('have no limit, no time and no selector of their own', () => {
    const expected = { limit: 0, timeoutSeconds: 0, selects: undefined, byFields: undefined };
    expect(optionsOf('')).toMatchObject(expected);
  });

  it.each(['watch=true', 'watch=1&resourceVersion=0'])('%s begins with what there is', (query) => {
    expect(optionsOf(query).sendInitialEvents).toBe(true);
  });

  it.each(['watch=true&resourceVersion=7', 'watch=False', ''])('%j does not', (query) => {
    expect(optionsOf(query).sendInitialEvents).toBeUndefined();
  });

  it.each([
    ['limit=x&labelSelector=a+b', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['limit=', 'strconv.ParseInt: parsing "": invalid syntax'],
    ['timeoutSeconds=9223372036854775808', /value out of range$/],
    ['labelSelector=a+b&fieldSelector=c', /^unable to parse requirement: /],
    ['fieldSelector=c&sendInitialEvents=1', /^invalid selector: /],
    ['fieldSelector=c%3D1&sendInitialEvents=1', /sendInitialEvents is forbidden for list$/],
    ['fieldSelector=c%3D1', /^"c" is not a known field selector/],
    ['resourceVersionMatch=Exact', /is forbidden unless resourceVersion is provided$/],
    ['resourceVersionMatch=Exact&continue=x', /: \[.*unless .*, .*when continue is provided\]$/],
    ['resourceVersionMatch=X&resourceVersion=1', /values: "Exact", "NotOlderThan", ""$/],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      /"exact" is forbidden for resourceVersion "0"$/,
    ],
    ['watch=1&sendInitialEvents=1', /requires setting resourceVersionMatch to NotOlderThan$/],
    [
      'watch=1&resourceVersionMatch=NotOlderThan',
      /for watch unless sendInitialEvents is provided$/,
    ],
    ['watch=1&continue=x', /is forbidden when continue is provided$/],
  ])('%s is refused', (query, message) => {
    expect(() => optionsOf(query)).toThrow(message);
  });
});
