/**
 * Text in every object with owners, or with a pending deletion. A few other objects contain the
 * text in their values. A controller can skip objects without the text and need not parse them.
 */
export const OWNERS_MARK = '"ownerReferences":[';
export const DELETION_MARK = '"deletionTimestamp":"';
