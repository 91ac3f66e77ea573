import fc from 'fast-check';
import { expect, it } from 'vitest';
import { narrowScope } from '../../../../src/access/domain/narrow-scope.js';
import { outOfScope } from '../../../../src/access/domain/scope-refusal.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { anyAddress, anyCall, anyScope } from './scope.builder.js';

it('allows nothing that one of the two forbids', () => {
  fc.assert(
    fc.property(anyScope, anyScope, anyCall, anyAddress, (wide, wanted, call, sourceIp) => {
      const allows = (scope: TokenScope) =>
        outOfScope({ principal: { scope }, sourceIp }, call) === undefined;
      if (allows(narrowScope(wide, wanted))) {
        expect([allows(wide), allows(wanted)]).toEqual([true, true]);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('leaves a scope as it is that was narrowed already', () => {
  fc.assert(
    fc.property(anyScope, (scope) => {
      const narrowed = narrowScope(scope, scope);
      for (const [member, items] of Object.entries(scope)) {
        expect(new Set(narrowed[member as keyof TokenScope])).toEqual(new Set(items));
      }
      expect(narrowScope({}, scope)).toEqual(scope);
      expect(narrowScope(scope, {})).toEqual(scope);
    }),
  );
});

it.each<[TokenScope, TokenScope, TokenScope]>([
  [{ secrets: ['db*'] }, { secrets: ['db', 'mail'] }, { secrets: ['db'] }],
  [{ secrets: ['db'] }, { secrets: ['*'] }, { secrets: ['db'] }],
  [{ namespaces: ['a*'] }, { namespaces: ['*b'] }, { namespaces: [] }],
  [{ keys: ['a', 'b'] }, { keys: ['b', 'c'] }, { keys: ['b'] }],
  [{ cidrs: ['10.0.0.0/8'] }, { cidrs: ['10.1.0.0/16', '::/0'] }, { cidrs: ['10.1.0.0/16'] }],
  [
    { actions: ['secrets.*'] },
    { actions: ['write'] },
    { actions: ['secrets.create', 'secrets.update', 'secrets.patch', 'secrets.delete'] },
  ],
  [{ keys: ['a'] }, { secrets: ['db'] }, { keys: ['a'], secrets: ['db'] }],
])('of %j and %j leaves %j', (wide, wanted, left) => {
  expect(narrowScope(wide, wanted)).toEqual(left);
});
