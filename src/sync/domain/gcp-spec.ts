import { z } from 'zod';
import { isInDomain, plainHttpsUrl } from './cloud-urls.js';
import { caSecretReference } from './secret-key-reference.js';

const URL_CHARACTERS_MAX = 253 + 'https://:65535/'.length;
const REPLICAS_MAX = 20;
const LOCATION = /^[a-z]+(?:-[a-z0-9]+)*$/;
const ACCOUNT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.:-]{0,120}\.iam\.gserviceaccount\.com$/;
/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
const POOL_ID = '[a-z0-9-]{4,32}';
const PROVIDER = new RegExp(
  [
    '^//iam[.]googleapis[.]com/projects/\\d{1,20}/locations/global',
    `/workloadIdentityPools/${POOL_ID}/providers/${POOL_ID}$`,
  ].join(''),
);

const location = z.string().max(63).regex(LOCATION, 'must be a location such as europe-west3');
const url = z
  .string()
  .max(URL_CHARACTERS_MAX)
  .refine((text) => plainHttpsUrl(text) !== undefined, 'must be https://, a host, and no path');

/**
 * Member `gcp` of the spec of an ExternalStore. All URLs must be of one domain: a token is good for
 * every service of Google that its identity has rights on.
 */
export const gcpSpecSchema = z
  .strictObject({
    project: z
      .string()
      .regex(/^(?:[a-z][a-z0-9-]{4,28}[a-z0-9]|\d{1,20})$/, 'must be the id of a project')
      .meta({ description: 'Project with the secrets.' }),
    caSecret: caSecretReference,
    location: location.optional().meta({ description: 'Location of regional secrets.' }),
    replicas: z
      .array(location)
      .max(REPLICAS_MAX)
      .default([])
      .meta({ description: 'Locations of new global secrets; none: Google chooses.' }),
    provider: z
      .string()
      .regex(PROVIDER, 'must be the full name of a provider of a workload identity pool')
      .meta({ description: 'Provider that trusts the issuer of the cluster.' }),
    audience: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .meta({ description: 'Audience of the token of the ServiceAccount; `https:` and provider.' }),
    serviceAccount: z
      .string()
      .regex(ACCOUNT, 'must be the address of a service account of Google')
      .optional()
      .meta({ description: 'Service account to impersonate.' }),
    domain: z
      .string()
      .max(253)
      .regex(/^[a-z0-9.-]+$/)
      .default('googleapis.com')
      .meta({ description: 'Domain of all servers.' }),
    url: url.optional().meta({ description: 'Server of secrets; if absent, that of the domain.' }),
    stsUrl: url
      .optional()
      .meta({ description: 'Security token service; if absent, that of the domain.' }),
    credentialsUrl: url
      .optional()
      .meta({ description: 'Server of impersonation; if absent, that of the domain.' }),
  })
  .refine(({ location: region, replicas }) => region === undefined || replicas.length === 0, {
    path: ['replicas'],
    error: 'regional secrets have no replicas',
  })
  .superRefine((spec, context) => {
    for (const name of ['url', 'stsUrl', 'credentialsUrl'] as const) {
      const given = spec[name] === undefined ? undefined : plainHttpsUrl(spec[name]);
      if (given === undefined || isInDomain(given, spec.domain)) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'must be a host of domain' });
    }
  });

export type GcpSpec = z.infer<typeof gcpSpecSchema>;

export interface GcpPlaces {
  readonly store: URL;
  readonly sts: URL;
  readonly credentials: URL;
}

/**
 * Returns where a store and both servers of its tokens are.
 * https://cloud.google.com/secret-manager/regional-secrets/create-regional-secret
 */
export function gcpPlaces(spec: GcpSpec): GcpPlaces {
  const { domain, location: region, url: given, stsUrl, credentialsUrl } = spec;
  const host = region === undefined ? 'secretmanager' : `secretmanager.${region}.rep`;
  return {
    store: new URL(given ?? `https://${host}.${domain}`),
    sts: new URL(stsUrl ?? `https://sts.${domain}`),
    credentials: new URL(credentialsUrl ?? `https://iamcredentials.${domain}`),
  };
}

/** Returns the audience that a provider asks for, unless it lists others. */
export function gcpAudience({
  audience,
  provider,
}: Pick<GcpSpec, 'audience' | 'provider'>): string {
  return audience ?? `https:${provider}`;
}
