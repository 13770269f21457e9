// Checks every document of the files given: `node lint.mjs FILE…`, in a directory where package.json is installed.
// One line a problem on standard output, and exit code 1 if there are any. Two checks for each document:
//  - its kind's JSON schema (types, required fields, allowed values, formats), and
//  - fields that the kind does not have, which that schema lets pass and Kubernetes ignores or refuses: found by the TypeScript
//    compiler, to which an object with a member that its type lacks is an error.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import YAML from 'yaml';

const module = apiVersion => `kubernetes-models/${apiVersion}`;
const problems = [];
const checks = [];
for (const file of process.argv.slice(2)) {
  for (const document of YAML.parseAllDocuments(fs.readFileSync(file, 'utf8'))) {
    const object = document.toJSON();
    if (object === null) continue;
    const name = `${path.basename(file)} ${object.kind}/${object.metadata?.name}`;
    const kind = await import(module(object.apiVersion)).then(models => models[object.kind], () => undefined);
    if (kind === undefined) {
      problems.push(`${name}: ${object.apiVersion} has no such kind`);
      continue;
    }
    try {
      new kind(object).validate();
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
    checks.push({ name, module: module(object.apiVersion), kind: object.kind, object });
  }
}

const work = fs.mkdtempSync('check-');
const source = path.join(work, 'check.ts');
// One document a line, so that the line of an error names the document.
fs.writeFileSync(source, [
  ...checks.map((check, i) => `import type { I${check.kind} as T${i} } from ${JSON.stringify(check.module)};`),
  ...checks.map((check, i) => `export const d${i}: T${i} = ${JSON.stringify(check.object)};`)].join('\n'));
try {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck',
    '--module', 'nodenext', '--moduleResolution', 'nodenext', source], { encoding: 'utf8' });
} catch (error) {
  for (const line of (error.stdout || error.message).split('\n').filter(line => line.includes('error'))) {
    const [, row, text] = line.match(/\((\d+),\d+\): error (.*)/) ?? [, 0, line];
    problems.push(`${checks[row - checks.length - 1]?.name ?? 'lint'}: ${text}`);
  }
} finally {
  fs.rmSync(work, { recursive: true });
}

console.log(problems.length === 0 ? `${checks.length} documents are fine` : problems.join('\n'));
process.exit(problems.length === 0 ? 0 : 1);
