import { expect, it } from 'vitest';
import { isOwnProbe } from '../../../../../src/audit/ingest/domain/own-probe.js';
import { accountUser, gateway, report } from '../report-builders.js';

const objectRef = {
  resource: 'secrets',
  namespace: 'pay',
  name: 'sallyport_probe',
  apiVersion: 'v1',
};
const probe = { objectRef, responseStatus: { code: 404 } };

it('is a look of the gateway for the Secret that is not there', () => {
  expect(isOwnProbe(report(probe), gateway)).toBe(true);
  expect(isOwnProbe(report({ ...probe, responseStatus: { code: 403 } }), gateway)).toBe(true);
});

it.each([
  ['has found something', { responseStatus: { code: 200 } }],
  ['was no read', { verb: 'patch' }],
  [
    'was about a Secret that anybody can create',
    { objectRef: { ...objectRef, name: 'sallyport-probe' } },
  ],
  ['was about another Secret', { objectRef: { ...objectRef, name: 'db' } }],
  ['was by somebody else', { user: accountUser('system:serviceaccount:pay:app') }],
])('is none where it %s', (_what, wish) => {
  expect(isOwnProbe(report({ ...probe, ...wish }), gateway)).toBe(false);
});

it('is none of a gateway that acts with the tokens of its callers', () => {
  expect(isOwnProbe(report(probe), { access: 'passthrough' })).toBe(false);
});
