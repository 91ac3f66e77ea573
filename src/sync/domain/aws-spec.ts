import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';

/** A region becomes a part of host names. Partitions of their own need an `endpoint`. */
const REGION = /^[a-z]{2}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
const ROLE = /^arn:aws[a-z-]{0,16}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
/** An identifier, an alias or an ARN of a key. */
const KMS_KEY = /^[A-Za-z0-9:/_-]{1,2048}$/;

const endpoint = z.string().max(512).refine(isEndpoint, {
  error: 'must be an https URL of a host alone',
});

const secretKey = z.strictObject({
  namespace: z.string().min(1).max(63),
  name: z.string().min(1).max(253),
  key: z.string().min(1).max(253),
});

const auth = z.union([
  z.strictObject({
    /** A token of the ServiceAccount of a sync, exchanged at the token service (STS). */
    webIdentity: z.strictObject({
      roleArn: z.string().regex(ROLE),
      audience: z.string().min(1).max(255).default('sts.amazonaws.com'),
      /** Token service, by default that of the region. */
      endpoint: endpoint.optional(),
    }),
  }),
  z.strictObject({
    /** Key of a user, which has no end. */
    accessKey: z.strictObject({ id: secretKey, secret: secretKey }),
  }),
]);

const place = {
  region: z.string().max(32).regex(REGION),
  /** Host of the service, by default that of the region: for an endpoint in a VPC. */
  endpoint: endpoint.optional(),
  /** PEM of the CA of the endpoints, by default the CAs that the system trusts. */
  caSecret: secretKey.optional(),
  kmsKeyId: z.string().regex(KMS_KEY).optional(),
  auth,
};

/** Members of an ExternalStore for AWS Secrets Manager. */
export const awsSecretsManagerSpec = z.strictObject({
  ...place,
  recoveryDays: z
    .int()
    .min(syncLimits.recoveryDaysMin)
    .max(syncLimits.recoveryDaysMax)
    .default(syncLimits.recoveryDaysMax),
});

/** Members of an ExternalStore for AWS' Parameter Store. */
export const awsParameterStoreSpec = z.strictObject({
  ...place,
  tier: z.enum(['standard', 'advanced']).default('standard'),
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

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '') return false;
  return url.password === '' && url.pathname === '/' && url.href === `${url.origin}/`;
}
