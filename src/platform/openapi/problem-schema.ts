import { z } from 'zod';
import { responseSchema } from '../../core/api-schema.js';
import { errorTable } from '../../core/errors/error-table.js';

const codes = Object.keys(errorTable) as [string, ...string[]]; // the table is not empty

/** Body of every problem. RFC 9457. */
export const problemSchema = responseSchema(
  'Problem',
  z.looseObject({
    type: z.url().meta({ description: 'Address of the description of the code.' }),
    title: z.string().meta({ description: 'Words for the code.' }),
    status: z.int().meta({ description: 'Status of the response.' }),
    code: z.enum(codes).meta({ description: 'What went wrong: programs decide by this member.' }),
    detail: z.string().meta({ description: 'A sentence for people; it may change at any time.' }),
    requestId: z.string().meta({ description: 'Id of the request in logs.' }),
    auditId: z
      .string()
      .optional()
      .meta({ description: 'Id of the audit event; absent if there is none.' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({
            description: 'Place in the body (RFC 6901), or /path/NAME, /query/NAME.',
          }),
          reason: z.string().meta({ description: 'What is wrong there.' }),
          schema: z
            .string()
            .optional()
            .meta({ description: 'Schema of Secrets whose rule is broken, if one is.' }),
        }),
      )
      .optional()
      .meta({ description: 'Places in the request, if they are known.' }),
  }),
  {
    description: 'A problem (RFC 9457). It contains no value of a Secret.',
    example: {
      type: 'https://sallyport.dev/errors#NotFound',
      title: 'Not found',
      status: 404,
      code: 'NotFound',
      detail: 'secrets "db" not found',
      requestId: 'deploy-2026-11-30-1',
      auditId: '01a22c8f-9b5b-7959-80b9-a734ef433e9b',
    },
  },
);
