import { z } from 'zod';

interface Described {
  readonly description: string;
}

/** Returns the options of a field that means what this member of REST means. Throws TypeError. */
export function described(member: z.core.$ZodType): Described {
  const description = descriptionOf(member);
  if (description === undefined) throw new TypeError('the member has no description');
  return { description };
}

/** Returns the options of such a field that may be null. */
export function describedOrNull(member: z.core.$ZodType): Described & { readonly nullable: true } {
  return { nullable: true, description: described(member).description };
}

/** Returns the description of a member, or of what an optional member is. */
function descriptionOf(member: z.core.$ZodType): string | undefined {
  const { description } = z.globalRegistry.get(member) ?? {};
  if (description !== undefined || !(member instanceof z.ZodOptional)) return description;
  return descriptionOf(member.unwrap());
}
