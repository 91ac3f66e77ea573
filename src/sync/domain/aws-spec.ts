import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';
import { caSecretReference, secretKeyReference } from './secret-key-reference.js';

/** A region becomes a part of host names. Partitions of their own need an `endpoint`. */
export const REGION = /^[a-z]{2}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
const ROLE = /^arn:aws[a-z-]{0,16}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
/** An identifier, an alias or an ARN of a key. */
const KMS_KEY = /^[A-Za-z0-9:/_-]{1,2048}$/;

const endpoint = z.string().max(512).refine(isEndpoint, {
  error: 'must be an https URL of a host alone',
});

const credentials = z
  .strictObject({
    webIdentity: z
      .strictObject({
        roleArn: z
          .string()
          .regex(ROLE, 'must be the ARN of a role')
          .meta({ description: 'Role of AWS.' }),
        audience: z
          .string()
          .min(1)
          .max(255)
          .default('sts.amazonaws.com')
          .meta({ description: 'Audience of the token of the ServiceAccount.' }),
        endpoint: endpoint
          .optional()
          .meta({ description: 'Token service (STS); if absent, that of the region.' }),
      })
      .optional()
      .meta({ description: 'By a short-lived token of the ServiceAccount of the sync.' }),
    accessKey: z
      .strictObject({
        accessKeyId: secretKeyReference.meta({ description: 'Identifier of the key.' }),
        secretAccessKey: secretKeyReference.meta({ description: 'The key.' }),
      })
      .optional()
      .meta({ description: 'By the key of a user, which has no end.' }),
  })
  .refine(
    ({ webIdentity, accessKey }) => (webIdentity === undefined) !== (accessKey === undefined),
    'must have exactly one of webIdentity and accessKey',
  )
  .meta({ description: 'How the gateway authenticates.' });

const place = {
  region: z
    .string()
    .max(32)
    .regex(REGION, 'must be a region such as eu-central-1')
    .meta({ description: 'Region of AWS.' }),
  endpoint: endpoint
    .optional()
    .meta({ description: 'Host of the service; if absent, that of the region.' }),
  caSecret: caSecretReference,
  kmsKeyId: z.string().regex(KMS_KEY).optional().meta({ description: 'Key of KMS.' }),
  credentials,
};

/** Members of an ExternalStore for AWS Secrets Manager. */
export const awsSecretsManagerSpec = z.strictObject({
  ...place,
  recoveryDays: z
    .int()
    .min(syncLimits.recoveryDaysMin)
    .max(syncLimits.recoveryDaysMax)
    .default(syncLimits.recoveryDaysMax)
    .meta({ description: 'Days in which a deleted secret can be restored.' }),
});

/** Members of an ExternalStore for AWS' Parameter Store. */
export const awsParameterStoreSpec = z.strictObject({
  ...place,
  tier: z
    .enum(['standard', 'advanced'])
    .default('standard')
    .meta({ description: 'Tier of new parameters: `standard` has 4 KiB, `advanced` 8 KiB.' }),
});

export type AwsSecretsManagerSpec = z.output<typeof awsSecretsManagerSpec>;
export type AwsParameterStoreSpec = z.output<typeof awsParameterStoreSpec>;

/** Returns the URL of a service: the given endpoint, or that of the region. */
export function awsUrl(
  service: 'secretsmanager' | 'ssm' | 'sts',
  { region, endpoint: given }: { readonly region: string; readonly endpoint?: string | undefined },
): URL {
  // https://docs.aws.amazon.com/general/latest/gr/rande.html
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(given ?? `https://${service}.${region}.${domain}`);
}

/** Reports whether a text is the https URL of a host alone. */
export function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '') return false;
  return url.password === '' && url.pathname === '/' && url.href === `${url.origin}/`;
}
