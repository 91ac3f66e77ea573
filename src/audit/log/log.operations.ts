import { z } from 'zod';
import { bytesBody, textBody } from '../../core/api-body.js';
import { responseSchema } from '../../core/api-schema.js';
import { defineOperation } from '../../core/operation.js';
import { timeSchema } from '../audit.operations.js';

const none = z.strictObject({});
const right = '`get auditlogs`, for the whole cluster';
const hash = z.string();
const size = (description: string, example: number) =>
  z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/)
    .transform(Number)
    .meta({ description, type: 'integer', minimum: 0, example });

export const getCheckpoint = defineOperation({
  id: 'getAuditCheckpoint',
  tag: 'Audit',
  summary: 'Read the newest checkpoint of the audit log',
  description: 'Reads the signed note that commits to the whole log (c2sp.org/tlog-checkpoint).',
  right,
  method: 'GET',
  path: '/v1/audit/checkpoint',
  params: none,
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'The signed note.',
      content: {
        'text/plain': textBody('A signed note.', 'sallyport.local\n4711\nnVqy…=\n\n— sallyport…\n'),
      },
    },
  ],
});

export const getTile = defineOperation({
  id: 'getAuditTile',
  tag: 'Audit',
  summary: 'Read a tile of the audit log, or a bundle of its entries',
  description:
    'Reads hashes, `<L>/<N>[.p/<W>]`, or entries, `entries/<N>[.p/<W>]` (c2sp.org/tlog-tiles). ' +
    'Entries are an export.',
  right,
  method: 'GET',
  path: '/v1/audit/tile/*',
  params: z.strictObject({
    rest: z
      .string()
      .min(1)
      .max(64)
      .meta({ description: 'Path of the tile.', examples: ['0/000'] }),
  }),
  query: none,
  body: undefined,
  action: 'audit.read',
  problems: ['NotFound'],
  answers: [
    {
      status: 200,
      description: 'Hashes or entries.',
      content: { 'application/octet-stream': bytesBody },
    },
  ],
});

export const getLogKeys = defineOperation({
  id: 'getAuditKeys',
  tag: 'Audit',
  summary: 'Read the keys that verify checkpoints',
  description: 'Reads the verifier keys, one a line, newest last (c2sp.org/signed-note).',
  right,
  method: 'GET',
  path: '/v1/audit/keys',
  params: none,
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'The keys.',
      content: { 'text/plain': textBody('Keys, one a line.', 'sallyport.local+2f1c+AVx…=\n') },
    },
  ],
});

const eventProofSchema = responseSchema(
  'AuditEventProof',
  z.strictObject({
    treeSize: z.int().meta({ description: 'Number of entries that the checkpoint commits to.' }),
    checkpoint: z.string().meta({ description: 'The signed note.' }),
    items: z
      .array(
        z.strictObject({
          stage: z
            .enum(['single', 'intent', 'outcome'])
            .meta({ description: 'Which entry of the event; a write has two.' }),
          leafIndex: z.int().meta({ description: 'Index of the entry in the log.' }),
          leafHash: hash.meta({ description: 'Hash of the entry in base64.' }),
          hashes: z
            .array(hash)
            .meta({ description: "Hashes in base64, from the leaf's sibling up." }),
          entry: z.string().meta({ description: 'The stored bytes in base64.' }),
          proof: z.string().meta({ description: 'The proof as one text (c2sp.org/tlog-proof).' }),
        }),
      )
      .meta({ description: 'A proof for each entry.' }),
  }),
  {
    description: 'Proofs that an event is in the log (RFC 6962 section 2.1.1).',
    example: { treeSize: 4711, checkpoint: 'sallyport.local\n4711\n…', items: [] },
  },
);

export const getEventProof = defineOperation({
  id: 'getAuditEventProof',
  tag: 'Audit',
  summary: 'Prove that an audit event is in the log',
  description: 'Proves each entry of the event: for a write, its intent and its outcome.',
  right,
  method: 'GET',
  path: '/v1/audit/events/:id/proof',
  params: z.strictObject({
    id: z
      .string()
      .regex(/^(0|[1-9]\d{0,14})$/)
      .meta({ description: 'Id of the event.', examples: ['4711'] }),
  }),
  query: none,
  body: undefined,
  action: 'audit.read',
  problems: ['NotFound'],
  answers: [{ status: 200, description: 'The proofs.', schema: eventProofSchema }],
});

const consistencyProofSchema = responseSchema(
  'AuditConsistencyProof',
  z.strictObject({
    from: z.int().meta({ description: 'Size of the earlier log.' }),
    to: z.int().meta({ description: 'Size of the later log.' }),
    fromRoot: hash.meta({ description: 'Root hash of the earlier log in base64.' }),
    toRoot: hash.meta({ description: 'Root hash of the later log in base64.' }),
    hashes: z.array(hash).meta({ description: 'Hashes of the proof in base64.' }),
  }),
  {
    description: 'A proof that one log is the beginning of another (RFC 6962 section 2.1.2).',
    example: { from: 1, to: 2, fromRoot: 'nVqy…=', toRoot: 'a0Qw…=', hashes: ['Zk3x…='] },
  },
);

export const getConsistencyProof = defineOperation({
  id: 'getAuditConsistencyProof',
  tag: 'Audit',
  summary: 'Prove that the log of one size is the beginning of the log of another',
  description: 'Proves that nothing was changed or removed between two sizes of the log.',
  right,
  method: 'GET',
  path: '/v1/audit/proof',
  params: none,
  query: z.strictObject({
    from: size('Size of the earlier log.', 1),
    to: size('Size of the later log; the published size if absent.', 4711).optional(),
  }),
  body: undefined,
  action: 'audit.read',
  answers: [{ status: 200, description: 'The proof.', schema: consistencyProofSchema }],
});

export const exportAuditLog = defineOperation({
  id: 'exportAuditLog',
  tag: 'Audit',
  summary: 'Export the audit log',
  description:
    'Streams events as JSON lines or CSV, or all that `sallyport audit verify` needs ' +
    '(`format=tlog`).',
  right,
  method: 'GET',
  path: '/v1/audit/export',
  params: none,
  query: z.strictObject({
    format: z
      .enum(['json', 'csv', 'tlog'])
      .optional()
      .meta({ description: 'Form of the export; `json` if absent.', examples: ['csv'] }),
    since: timeSchema('Not before.'),
    until: timeSchema('Before.'),
  }),
  body: undefined,
  action: 'audit.export',
  answers: [
    {
      status: 200,
      description: 'The export, as a stream.',
      headers: ['Content-Disposition'],
      content: {
        'application/x-ndjson': textBody('An audit.k8s.io/v1 Event on each line.', '{}\n'),
        'text/csv': textBody('One event on each line.', 'id,time,user\n'),
        'text/plain': textBody('The log with its proofs, for `format=tlog`.', 'c2sp…\n'),
      },
    },
  ],
});
