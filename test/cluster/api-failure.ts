import type { ApiResponse } from './api-client.js';

/** Passes an answer of 2xx through; throws what the API server said otherwise. */
export function expectSuccess<Body>(response: ApiResponse<Body>): ApiResponse<Body> {
  const { status, body } = response;
  if (status >= 200 && status < 300) return response;
  throw new Error(`the API server answered ${status}: ${messageOf(body)}`);
}

function messageOf(body: unknown): string {
  const isStatus = typeof body === 'object' && body !== null && 'message' in body;
  return isStatus ? String(body.message) : JSON.stringify(body);
}
