/** `millrace/client`: sends feedback and inference logs to the ingestion API, from Node and from browsers. */
export { ClientError, clientErrors, type ClientErrorCode, type ClientErrorDetails } from './client-error.ts';
export { createClient, type Client, type FeedbackStatus } from './client.ts';
export type { Accepted, Failure, Kind } from './entry.ts';
export type {
  Click,
  Comment,
  Correction,
  FeedbackFields,
  FeedbackPayload,
  Implicit,
  JudgedInference,
  Label,
  Preference,
  Rating,
  Submitter,
  UserContext,
} from './feedback-payload.ts';
export type { Candidate, InferenceFields, InferenceInput, InferenceOutput, InferencePayload } from './inference-payload.ts';
export type { LaneStats } from './lane.ts';
export { logged, type Logging } from './logged.ts';
export { inferenceIdOf, type About, type Model, type Said } from './logged-call.ts';
export { logOpenAI } from './openai/log-openai.ts';
export type { Page, PageEvent } from './page.ts';
export type { Platform } from './platform.ts';
export type { BatchLimits, BufferLimits, ClientOptions, Credentials, RetryLimits } from './settings.ts';
