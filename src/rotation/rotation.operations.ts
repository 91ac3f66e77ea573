import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { pageSizeSchema } from '../core/page.js';
import { rotationLimits } from '../core/rotation-limits.js';
import {
  namespaceSchema,
  secondsUpTo,
  secretNameSchema,
} from '../secrets/domain/parameter-schemas.js';
import { readOnlyMembers } from './domain/policy-view.js';
import { specSchema } from './domain/spec-schema.js';
import { policySchema, runListSchema, runSchema } from './rotation.schemas.js';

const secretParams = { namespace: namespaceSchema, name: secretNameSchema };
const secret = z.strictObject(secretParams);
const runItem = z.strictObject({ ...secretParams, id: z.uuid() });
const noQuery = z.strictObject({});
const writeQuery = z.strictObject({ dryRun: z.enum(['All']).optional() });
const bytesMax = 256 * 1024;
const path = '/v1/namespaces/:namespace/secrets/:name/rotation';
const asked = [{ status: 202, description: 'The run as it is now', schema: runSchema }];

export const getRotation = defineOperation({
  id: 'getRotation',
  summary: 'Read how a Secret is rotated; a read body is a valid write body',
  method: 'GET',
  path,
  params: secret,
  query: noQuery,
  body: undefined,
  action: 'rotations.get',
  answers: [{ status: 200, description: 'The spec and how it stands', schema: policySchema }],
});

export const putRotation = defineOperation({
  id: 'putRotation',
  summary: 'Say how a Secret is rotated; whoever says it answers for it',
  method: 'PUT',
  path,
  params: secret,
  query: writeQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    // The service parses it by specSchema, after it removes the read-only members.
    schema: z.looseObject({}).meta(writtenSpec()),
    bytesMax,
  },
  action: 'rotations.update',
  answers: [
    { status: 200, description: 'Replaced', schema: policySchema },
    { status: 201, description: 'Created', schema: policySchema },
  ],
});

export const deleteRotation = defineOperation({
  id: 'deleteRotation',
  summary: 'Rotate a Secret no more; what was rotated stays',
  method: 'DELETE',
  path,
  params: secret,
  query: writeQuery,
  body: undefined,
  action: 'rotations.update',
  answers: [{ status: 204, description: 'Deleted' }],
});

export const listRotationRuns = defineOperation({
  id: 'listRotationRuns',
  summary: 'List the runs of a rotation, newest first',
  method: 'GET',
  path: `${path}/runs`,
  params: secret,
  query: z.strictObject({
    limit: pageSizeSchema,
    continue: z.string().min(1).max(1_024).optional(),
  }),
  body: undefined,
  action: 'rotations.get',
  answers: [{ status: 200, description: 'Runs', schema: runListSchema }],
});

export const startRotation = defineOperation({
  id: 'startRotation',
  summary: 'Rotate now',
  method: 'POST',
  path: `${path}/runs`,
  params: secret,
  query: noQuery,
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: z.strictObject({
      reason: z.string().min(1).max(512).optional(),
      retireAfter: z
        .string()
        .max(32)
        .optional()
        .meta({ description: 'Such as `0s` after a leak, in place of the policy’s' }),
    }),
    bytesMax,
    isOptional: true,
  },
  action: 'rotations.run',
  answers: asked,
});

export const getRotationRun = defineOperation({
  id: 'getRotationRun',
  summary: 'Read a run, or wait for its end',
  method: 'GET',
  path: `${path}/runs/:id`,
  params: runItem,
  query: z.strictObject({
    waitSeconds: secondsUpTo(rotationLimits.waitSecondsMax).optional(),
  }),
  body: undefined,
  action: 'rotations.get',
  answers: [{ status: 200, description: 'The run', schema: runSchema }],
});

export const cancelRotationRun = defineOperation({
  id: 'cancelRotationRun',
  summary: 'Give a run up before its values are published',
  method: 'POST',
  path: `${path}/runs/:id/cancel`,
  params: runItem,
  query: noQuery,
  body: undefined,
  action: 'rotations.cancel',
  answers: asked,
});

export const retireRotationRun = defineOperation({
  id: 'retireRotationRun',
  summary: 'End the old credential now, whoever still uses it',
  method: 'POST',
  path: `${path}/runs/:id/retire`,
  params: runItem,
  query: noQuery,
  body: undefined,
  action: 'rotations.retire',
  answers: asked,
});

/** Returns the JSON Schema of a body: the spec, and ignored fields of a read body. */
function writtenSpec(): Readonly<Record<string, unknown>> {
  const options = { io: 'input', unrepresentable: 'any' } as const;
  const { $schema: _, properties, ...rest } = z.toJSONSchema(specSchema, options);
  const ignored = readOnlyMembers.map((name) => [name, { readOnly: true }] as const);
  return {
    ...rest,
    description: 'The spec of a SecretRotation without secretName; a read body is one too',
    properties: { ...properties, ...Object.fromEntries(ignored) },
  };
}
