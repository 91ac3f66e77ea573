import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';
import { areDistinct } from '../../custom-resources/domain/parsed-spec.js';
import { isEndpoint, REGION } from './aws-spec.js';
import { isStoreUrl } from './store-url.js';
import { caSecretReference, secretKeyReference } from './secret-key-reference.js';

/** Topics of AWS whose messages HTTPS can receive: FIFO topics have none. */
const TOPIC = /^arn:aws(?:-cn|-us-gov)?:sns:([a-z0-9-]{1,32}):\d{12}:[A-Za-z0-9_-]{1,256}$/;
const CLAIM = /^[A-Za-z0-9_.:/-]{1,128}$/;

const claim = z.strictObject({
  name: z
    .string()
    .regex(CLAIM, 'must be the name of a claim')
    .meta({ description: 'Name of the claim.' }),
  value: z
    .string()
    .min(1)
    .max(syncLimits.claimCharactersMax)
    .meta({ description: 'Text that the claim must be equal to.' }),
});

const identifier = z
  .string()
  .min(1)
  .max(syncLimits.urlCharactersMax)
  .regex(/^[!-~]+$/, 'must have printable ASCII characters, and no space');

/** How the notifications of a store are authenticated. */
export const notifySpecSchema = z
  .strictObject({
    signature: z
      .strictObject({
        secret: secretKeyReference.meta({
          description: 'Key of a Secret with the signing secret: `whsec_` and base64.',
        }),
      })
      .optional()
      .meta({ description: 'By a signature of Standard Webhooks.' }),
    jwt: z
      .strictObject({
        issuer: identifier.meta({ description: 'Issuer of the tokens.' }),
        audience: identifier.meta({ description: 'Audience of the tokens.' }),
        jwksUrl: z
          .string()
          .max(syncLimits.urlCharactersMax)
          .refine(isStoreUrl, 'must be an https:// URL without user, query and fragment')
          .meta({ description: 'Address of the keys of the issuer.' }),
        caSecret: caSecretReference,
        claims: z
          .array(claim)
          .min(1)
          .max(syncLimits.claimsMax)
          .refine((claims) => areDistinct(claims.map(({ name }) => name)), 'names a claim twice')
          .meta({ description: 'Claims that say which sender it is. All must be equal.' }),
      })
      .optional()
      .meta({ description: 'By a token of OpenID Connect: Google Pub/Sub, Azure Event Grid.' }),
    sns: z
      .strictObject({
        topicArn: z
          .string()
          .refine((arn) => REGION.test(TOPIC.exec(arn)?.[1] ?? ''), 'must be the ARN of a topic')
          .meta({ description: 'Topic of AWS SNS.' }),
        endpoint: z
          .string()
          .max(512)
          .refine(isEndpoint, 'must be an https URL of a host alone')
          .optional()
          .meta({
            description: 'Host of certificates and confirmations; if absent, of the region.',
          }),
        caSecret: caSecretReference,
      })
      .optional()
      .meta({ description: 'By the signature of a topic of AWS SNS.' }),
  })
  .refine(
    (spec) => Object.values(spec).filter((member) => member !== undefined).length === 1,
    'must have exactly one of signature, jwt, sns',
  );

export type NotifySpec = z.output<typeof notifySpecSchema>;
export type JwtNotifySpec = NonNullable<NotifySpec['jwt']>;
export type SnsNotifySpec = NonNullable<NotifySpec['sns']>;

/** Returns the only origin of certificates and confirmations of a topic. */
export function snsOriginOf({ topicArn, endpoint }: SnsNotifySpec): string {
  if (endpoint !== undefined) return new URL(endpoint).origin;
  const [, region = ''] = TOPIC.exec(topicArn) ?? [];
  // https://docs.aws.amazon.com/general/latest/gr/sns.html
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://sns.${region}.${domain}`;
}
