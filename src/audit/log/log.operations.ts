import { z } from 'zod';
import { defineOperation } from '../../core/operation.js';
import { parseTime } from '../domain/parse-time.js';

const none = z.strictObject({});
const text = 'text/plain; charset=utf-8';
const hash = z.string();
const size = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number);
const time = z
  .string()
  .max(64)
  .refine((given) => parseTime(given, 0) !== undefined, 'must be RFC 3339, or an age like 30d');

export const getCheckpoint = defineOperation({
  id: 'getAuditCheckpoint',
  summary: 'Read the newest checkpoint of the audit log: a signed note (c2sp.org/tlog-checkpoint)',
  method: 'GET',
  path: '/v1/audit/checkpoint',
  params: none,
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [{ status: 200, description: 'The signed note', mediaType: text }],
});

export const getTile = defineOperation({
  id: 'getAuditTile',
  summary:
    'Read a tile of the audit log, `<L>/<N>[.p/<W>]`, or a bundle of its entries, ' +
    '`entries/<N>[.p/<W>]`, which is an export (c2sp.org/tlog-tiles)',
  method: 'GET',
  path: '/v1/audit/tile/*',
  params: z.strictObject({ rest: z.string().min(1).max(64) }),
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [
    { status: 200, description: 'Hashes or entries', mediaType: 'application/octet-stream' },
  ],
});

export const getLogKeys = defineOperation({
  id: 'getAuditKeys',
  summary: 'Read the keys that verify checkpoints, one a line, newest last (c2sp.org/signed-note)',
  method: 'GET',
  path: '/v1/audit/keys',
  params: none,
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [{ status: 200, description: 'Verifier keys', mediaType: text }],
});

export const getEventProof = defineOperation({
  id: 'getAuditEventProof',
  summary: 'Prove that an audit event is in the log; of a write, its intent and its outcome',
  method: 'GET',
  path: '/v1/audit/events/:id/proof',
  params: z.strictObject({ id: z.string().regex(/^(0|[1-9]\d{0,14})$/) }),
  query: none,
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'Inclusion proofs; hashes and entries in base64',
      schema: z.strictObject({
        treeSize: z.int(),
        checkpoint: z.string(),
        items: z.array(
          z.strictObject({
            stage: z.enum(['single', 'intent', 'outcome']),
            leafIndex: z.int(),
            leafHash: hash,
            /** From the leaf's sibling up. */
            hashes: z.array(hash),
            /** The stored bytes. */
            entry: z.string(),
            /** The whole proof as one text: c2sp.org/tlog-proof. */
            proof: z.string(),
          }),
        ),
      }),
    },
  ],
});

export const getConsistencyProof = defineOperation({
  id: 'getAuditConsistencyProof',
  summary: 'Prove that the log of one size is the beginning of the log of another',
  method: 'GET',
  path: '/v1/audit/proof',
  params: none,
  query: z.strictObject({ from: size, to: size.optional() }),
  body: undefined,
  action: 'audit.read',
  answers: [
    {
      status: 200,
      description: 'The consistency proof (RFC 6962 section 2.1.2); hashes in base64',
      schema: z.strictObject({
        from: z.int(),
        to: z.int(),
        fromRoot: hash,
        toRoot: hash,
        hashes: z.array(hash),
      }),
    },
  ],
});

export const exportAuditLog = defineOperation({
  id: 'exportAuditLog',
  summary: 'Export the audit log: events as JSON lines or CSV, or all that `audit verify` needs',
  method: 'GET',
  path: '/v1/audit/export',
  params: none,
  query: z.strictObject({
    format: z.enum(['json', 'csv', 'tlog']).optional(),
    since: time.optional(),
    until: time.optional(),
  }),
  body: undefined,
  action: 'audit.export',
  answers: [
    {
      status: 200,
      description: 'json: one audit.k8s.io/v1 Event a line; csv: text/csv; tlog: text/plain',
      mediaType: 'application/x-ndjson',
    },
  ],
});
