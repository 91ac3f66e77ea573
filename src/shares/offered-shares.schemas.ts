import { z } from 'zod';
import { responseSchema } from '../core/api-schema.js';
import { importSpecSchema } from './domain/import-spec.js';
import { shareSpecSchema } from './domain/share-spec.js';
import { importListSchema } from './shares.schemas.js';

const { keys, delivery, expiresAt } = shareSpecSchema.shape;

const offerExample = {
  from: { namespace: 'pay', share: 'db-for-shop' },
  keys: ['password'],
  expiresAt: null,
  delivery: ['live'],
  subjects: 'All',
};

export const offeredShareSchema = responseSchema(
  'OfferedShare',
  z.strictObject({
    from: importSpecSchema.shape.from.meta({ description: 'The share, as an import names it.' }),
    keys,
    expiresAt: expiresAt
      .unwrap()
      .nullable()
      .meta({ description: 'When the share ends; null: no end is stated.' }),
    delivery: delivery.unwrap().meta({ description: 'How consumers may receive the values.' }),
    subjects: z.enum(['All', 'Named']).meta({
      description:
        'All who may read an import, or subjects that the share names: the caller is one.',
    }),
  }),
  {
    description: 'A share that would deliver to the caller in a namespace now.',
    example: offerExample,
  },
);

const offeredShareListSchema = responseSchema(
  'OfferedShareList',
  z.strictObject({
    items: z.array(offeredShareSchema).meta({ description: 'Shares by namespace and name.' }),
    continue: z.string().optional().meta({ description: 'Cursor of the next page.' }),
  }),
  { description: 'A page of shares that are offered.', example: { items: [offerExample] } },
);

export const listedImportsSchema = responseSchema(
  'SecretImportsOrOffers',
  z.union([importListSchema, offeredShareListSchema]),
  {
    description: 'A page of imports; with `offered=true`, of shares that are offered.',
    example: { items: [] },
  },
);
