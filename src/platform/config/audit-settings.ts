import { z } from 'zod';
import { limits } from '../../core/limits.js';
import { httpUrlProblem } from './http-url.js';

const MIB = 1024 * 1024;
const filePath = z.string().min(1);

/** Destination of signed requests, with TLS, because an impostor could discard requests. */
export const webhookSettings = z.strictObject({
  url: httpUrl('tls'),
  /** File of the key that signs requests. */
  secretFile: filePath,
  /** PEM; by default, the system's authorities. */
  certificateAuthorityFile: filePath.optional(),
});

const anchor = z
  .strictObject({
    file: z.strictObject({ path: filePath }).optional(),
    webhook: webhookSettings.optional(),
    configMap: z
      .strictObject({
        /** By default, the gateway's own. */
        namespace: z.string().min(1).max(63).optional(),
        name: z.string().min(1).max(253),
      })
      .optional(),
  })
  .superRefine(exactlyOneOf(['file', 'webhook', 'configMap']));

const sinkName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: 'up to 63 of a-z, 0-9 and -, neither first nor last a -',
});

const sink = z
  .strictObject({
    name: sinkName,
    file: z
      .strictObject({
        path: filePath,
        /** Size at which the file is renamed. */
        maxBytes: z
          .int()
          .min(limits.auditSinkFileBytesMin)
          .max(1024 * 1024 * MIB)
          .default(100 * MIB),
        /** Number of renamed files that are retained. */
        keep: z.int().min(0).max(1_000).default(10),
      })
      .optional(),
    stdout: z.strictObject({}).optional(),
    webhook: webhookSettings.optional(),
    otlp: z
      .strictObject({
        /** If the URL has no path, `/v1/logs` is added. */
        url: httpUrl('any'),
        /** Header fields of each request, one a line; read for each request. */
        headersFile: filePath.optional(),
        certificateAuthorityFile: filePath.optional(),
      })
      .superRefine(({ url, headersFile }, context) => {
        const message = headersFile === undefined ? undefined : httpUrlProblem(url, 'tls');
        if (message !== undefined && httpUrlProblem(url, 'any') === undefined) {
          context.addIssue({
            code: 'custom',
            path: ['url'],
            message: `with headersFile ${message}`,
          });
        }
      })
      .optional(),
  })
  .superRefine(exactlyOneOf(['file', 'stdout', 'webhook', 'otlp']));

/** Settings by file and environment only: no API changes them. */
export const auditSettings = z.strictObject({
  /** Key that signs checkpoints; by default, a key is created in the data folder. */
  keyFile: filePath.optional(),
  /** Name of the log in its checkpoints. */
  origin: z
    .string()
    .max(255)
    .regex(/^[^\s+]+$/u, { error: 'neither white space nor a plus sign' })
    .optional(),
  /** Destinations of the newest checkpoint; by default, a file in the data folder. */
  anchors: z.array(anchor).max(limits.auditAnchorsMax).default([]),
  anchorEverySeconds: z.int().min(1).max(86_400).default(60),
  /** An anchor that lags by this many events receives a checkpoint before the time. */
  anchorEveryEvents: z.int().min(1).max(10_000_000).default(10_000),
  sinks: z
    .array(sink)
    .max(limits.auditSinksMax)
    .superRefine((sinks, context) => {
      sinks.forEach(({ name }, index) => {
        if (sinks.findIndex((other) => other.name === name) === index) return;
        const message = `another sink has the name ${name}`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      });
    })
    .default([]),
  retention: z
    .strictObject({
      /** Age such as `365d`: older events are deleted. */
      maxAge: z
        .string()
        .regex(/^[1-9]\d{0,5}[smhdw]$/, { error: 'an age such as 365d (s, m, h, d, w)' })
        .optional(),
      /** Bytes of all stored events together. */
      maxBytes: z
        .int()
        .min(limits.auditRetentionBytesMin)
        .max(1024 * 1024 * 1024 * MIB)
        .optional(),
    })
    .prefault({}),
});

export type AuditSettings = z.infer<typeof auditSettings>;
export type AnchorSettings = AuditSettings['anchors'][number];
export type SinkSettings = AuditSettings['sinks'][number];
export type WebhookSettings = z.infer<typeof webhookSettings>;

function httpUrl(kind: 'tls' | 'any') {
  return z.string().superRefine((text, context) => {
    const message = httpUrlProblem(text, kind);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}

function exactlyOneOf<Name extends string>(names: readonly Name[]) {
  return (given: { readonly [name in Name]?: unknown }, context: z.core.$RefinementCtx): void => {
    if (names.filter((name) => given[name] !== undefined).length === 1) return;
    context.addIssue({ code: 'custom', message: `expected exactly one of ${names.join(', ')}` });
  };
}
