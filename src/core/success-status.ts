/**
 * Kinds of success and the status of each. Audit events and REST responses take the status from
 * here, so that both agree: https://www.rfc-editor.org/rfc/rfc9110#section-15.3
 */
export const successStatus = {
  ok: 200,
  created: 201,
  accepted: 202,
  noContent: 204,
  notModified: 304,
} as const;

export type Success = keyof typeof successStatus;
