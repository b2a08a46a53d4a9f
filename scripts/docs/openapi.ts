import { openApiText } from '../../services/ingest/http/openapi.ts';

/** docs/openapi.json, as the API serves it. */
process.stdout.write(openApiText);
