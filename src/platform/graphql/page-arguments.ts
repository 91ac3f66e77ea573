import { Int } from '@nestjs/graphql';
import { limits } from '../../core/limits.js';

/** Argument `first` of a list. */
export function firstArgument(usual: number) {
  return {
    type: () => Int,
    defaultValue: usual,
    description: `Most objects of the page: from 1 to ${limits.listItemsMax}.`,
  } as const;
}

/** Argument `after` of a list. */
export const afterArgument = {
  type: () => String,
  nullable: true,
  description: 'The `endCursor` of the previous page, or the cursor of an edge.',
} as const;
