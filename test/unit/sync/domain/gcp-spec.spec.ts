import { expect, it } from 'vitest';
import { gcpAudience, gcpPlaces, gcpSpecSchema } from '../../../../src/sync/domain/gcp-spec.js';

const pool = 'projects/123456789012/locations/global/workloadIdentityPools/clusters';
const provider = `//iam.googleapis.com/${pool}/providers/cluster`;
const spec = { project: 'pay-project', provider };

/** URLs of a parsed spec, without the slash at the end. */
function placesOf(given: object) {
  const { store, sts, credentials } = gcpPlaces(gcpSpecSchema.parse({ ...spec, ...given }));
  return [store.origin, sts.origin, credentials.origin];
}

it('has global secrets of Google by default', () => {
  const parsed = gcpSpecSchema.parse(spec);
  expect(parsed).toEqual({ ...spec, replicas: [], domain: 'googleapis.com' });
  expect(gcpAudience(parsed)).toBe(`https:${provider}`);
  expect(gcpAudience({ ...parsed, audience: 'gcp' })).toBe('gcp');
  expect(placesOf({})).toEqual([
    'https://secretmanager.googleapis.com',
    'https://sts.googleapis.com',
    'https://iamcredentials.googleapis.com',
  ]);
});

it('has regional secrets at the host of their location', () => {
  expect(placesOf({ location: 'europe-west3' })[0]).toBe(
    'https://secretmanager.europe-west3.rep.googleapis.com',
  );
});

it('has other URLs of one domain', () => {
  const urls = {
    ...{ domain: 'cloud.test', url: 'https://store.cloud.test:8443' },
    ...{ stsUrl: 'https://sts.cloud.test', credentialsUrl: 'https://iam.cloud.test' },
  };
  expect(placesOf(urls)).toEqual([urls.url, urls.stsUrl, urls.credentialsUrl]);
});

it.each([
  ['a store of somebody else', { url: 'https://secretmanager.evil.test' }],
  ['an STS of somebody else', { stsUrl: 'https://sts.evil.test' }],
  ['credentials of somebody else', { credentialsUrl: 'https://evilgoogleapis.com' }],
  ['a URL with a path', { url: 'https://secretmanager.googleapis.com/v1' }],
  ['a project that is a path', { project: 'pay/secrets' }],
  ['a location that is a host', { location: 'evil.test' }],
  ['replicas of regional secrets', { location: 'europe-west3', replicas: ['europe-west1'] }],
  ['a provider without its pool', { provider: '//iam.googleapis.com/providers/cluster' }],
  ['an account that is a path', { serviceAccount: 'a/../b@c.iam.gserviceaccount.com' }],
  ['an account of a person', { serviceAccount: 'someone@example.com' }],
  ['a member that it does not know', { credentials: '{}' }],
])('refuses %s', (_what, change) => {
  expect(gcpSpecSchema.safeParse({ ...spec, ...change }).success).toBe(false);
});

it('takes a service account and replicas', () => {
  const change = {
    serviceAccount: 'sync-1@pay-project.iam.gserviceaccount.com',
    replicas: ['europe-west3', 'us'],
  };
  expect(gcpSpecSchema.parse({ ...spec, ...change })).toMatchObject(change);
});
