import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { continueSchema, noQuery, pageSizeSchema, writeQuery } from '../core/query-parameters.js';
import { rotationLimits } from '../core/rotation-limits.js';
import {
  namespaceSchema,
  secondsUpTo,
  secretNameSchema,
} from '../secrets/domain/parameter-schemas.js';
import {
  policyBodySchema,
  policySchema,
  runListSchema,
  runRequestSchema,
  runSchema,
} from './rotation.schemas.js';

const secretParams = { namespace: namespaceSchema, name: secretNameSchema };
const secret = z.strictObject(secretParams);
const runIdSchema = z.uuid().meta({
  description: 'Id of the run.',
  examples: ['5d1b0f0e-6a0f-4b7e-8a55-0c1d2e3f4a5b'],
});
const runItem = z.strictObject({ ...secretParams, id: runIdSchema });
const bytesMax = 256 * 1024;
const path = '/v1/namespaces/:namespace/secrets/:name/rotation';
const writeHeaders = ['If-Match', 'If-None-Match', 'Idempotency-Key'] as const;
const asked = [{ status: 202, description: 'The run as it is now.', schema: runSchema }] as const;
const written = ['ETag', 'Idempotent-Replayed'] as const;

export const getRotation = defineOperation({
  id: 'getRotation',
  tag: 'Rotations',
  summary: 'Read how a Secret is rotated',
  description: 'Reads the policy and how it stands. The body is a valid body of a PUT.',
  right: '`get secretrotations`',
  method: 'GET',
  path,
  params: secret,
  query: noQuery,
  body: undefined,
  action: 'rotations.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The policy.', headers: ['ETag'], schema: policySchema }],
});

export const putRotation = defineOperation({
  id: 'putRotation',
  tag: 'Rotations',
  summary: 'Set how a Secret is rotated',
  description:
    'Creates or replaces the policy of a Secret. The caller becomes its author, with whose rights ' +
    'it runs (docs/rotation.md).',
  right: '`create` or `update secretrotations`, and the rights of the rotation on the Secret',
  method: 'PUT',
  path,
  params: secret,
  query: writeQuery,
  headers: writeHeaders,
  body: { kind: 'json', mediaTypes: ['application/json'], schema: policyBodySchema, bytesMax },
  action: 'rotations.update',
  problems: ['Invalid', 'NotFound', 'AlreadyExists', 'Conflict', 'OutcomeUnknown'],
  answers: [
    { status: 200, description: 'Replaced.', headers: written, schema: policySchema },
    { status: 201, description: 'Created.', headers: written, schema: policySchema },
  ],
});

export const deleteRotation = defineOperation({
  id: 'deleteRotation',
  tag: 'Rotations',
  summary: 'Rotate a Secret no more',
  description: 'Deletes the policy. Values that were rotated stay; a run that is active ends.',
  right: '`delete secretrotations`',
  method: 'DELETE',
  path,
  params: secret,
  query: writeQuery,
  headers: ['If-Match', 'Idempotency-Key'],
  body: undefined,
  action: 'rotations.update',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [{ status: 204, description: 'Deleted.', headers: ['Idempotent-Replayed'] }],
});

export const listRotationRuns = defineOperation({
  id: 'listRotationRuns',
  tag: 'Rotations',
  summary: 'List the runs of a rotation, newest first',
  description: 'Lists active and ended runs, as many as `historyLimit` of the policy keeps.',
  right: '`get secretrotations`',
  method: 'GET',
  path: `${path}/runs`,
  params: secret,
  query: z.strictObject({ limit: pageSizeSchema, continue: continueSchema(1_024) }),
  body: undefined,
  action: 'rotations.get',
  problems: ['NotFound', 'Expired', 'Invalid'],
  answers: [
    { status: 200, description: 'A page of runs.', headers: ['Link'], schema: runListSchema },
  ],
});

export const startRotation = defineOperation({
  id: 'startRotation',
  tag: 'Rotations',
  summary: 'Rotate now',
  description: 'Starts a run. If one is active already, the problem (409) has its `runId`.',
  right: '`create secretrotations/run`',
  method: 'POST',
  path: `${path}/runs`,
  params: secret,
  query: noQuery,
  headers: ['Idempotency-Key'],
  body: {
    kind: 'json',
    mediaTypes: ['application/json'],
    schema: runRequestSchema,
    bytesMax,
    isOptional: true,
  },
  action: 'rotations.run',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: [
    {
      status: 202,
      description: 'The run as it is now.',
      headers: ['Location', 'Idempotent-Replayed'],
      schema: runSchema,
    },
  ],
});

export const getRotationRun = defineOperation({
  id: 'getRotationRun',
  tag: 'Rotations',
  summary: 'Read a run, or wait for its end',
  description: 'Reads a run. With `waitSeconds`, the response waits until the run ends.',
  right: '`get secretrotations`',
  method: 'GET',
  path: `${path}/runs/:id`,
  params: runItem,
  query: z.strictObject({
    waitSeconds: secondsUpTo(rotationLimits.waitSecondsMax, {
      description: 'Waits so long for the end of the run.',
      example: 60,
    }),
  }),
  body: undefined,
  action: 'rotations.get',
  problems: ['NotFound', 'Invalid'],
  answers: [{ status: 200, description: 'The run.', schema: runSchema }],
});

export const cancelRotationRun = defineOperation({
  id: 'cancelRotationRun',
  tag: 'Rotations',
  summary: 'Give a run up before its values are published',
  description: 'Cancels a run. After its values are published, it is 409.',
  right: '`create secretrotations/run`',
  method: 'POST',
  path: `${path}/runs/:id/cancel`,
  params: runItem,
  query: noQuery,
  body: undefined,
  action: 'rotations.cancel',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: asked,
});

export const retireRotationRun = defineOperation({
  id: 'retireRotationRun',
  tag: 'Rotations',
  summary: 'End the former credential now',
  description: 'Ends the former credential before its time, whoever still uses it.',
  right: '`create secretrotations/run`',
  method: 'POST',
  path: `${path}/runs/:id/retire`,
  params: runItem,
  query: noQuery,
  body: undefined,
  action: 'rotations.retire',
  problems: ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'],
  answers: asked,
});
