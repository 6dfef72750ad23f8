import { pipeline } from 'node:stream/promises';
import express from 'express';
import { CasesQuery } from '../../staff/api/case.js';
import type { ExportCases } from '../../staff/export-cases.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';

/** Lists to take away. Mounted before what opens one case: `export.csv` is no case number. */
export function createExportRoutes({
  exportCases,
  gate,
}: {
  exportCases: ExportCases;
  gate: Pick<Gate, 'actorOf'>;
}): express.Router {
  const router = express.Router();
  router.get('/cases/export.csv', async (request, response) => {
    const lines = await exportCases(gate.actorOf(response), parseInput(CasesQuery, request.query));
    response.setHeader('Content-Type', 'text/csv; charset=utf-8');
    response.setHeader('Content-Disposition', 'attachment; filename="kasus.csv"');
    await pipeline(lines, response);
  });
  return router;
}
