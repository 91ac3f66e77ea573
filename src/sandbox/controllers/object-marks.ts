/**
 * What the text of every object with owners, or on its way out, contains; a few others contain it
 * too, in their values. Tells without parsing which objects a controller need not look at.
 */
export const OWNERS_MARK = '"ownerReferences":[';
export const DELETION_MARK = '"deletionTimestamp":"';
