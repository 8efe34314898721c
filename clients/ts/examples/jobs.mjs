import { Chutes, jobState } from "chutes-client";

const client = new Chutes();
const { job_id } = await client.jobs.create("demo/worker", "train", { epochs: 2 });
const run = await client.jobs.wait(job_id, { pollIntervalMs: 1000, onProgress: (now) => console.log(jobState(now)) });
for (const fileId of Object.keys(run.output_files ?? {})) {
  console.log(await client.jobs.download(job_id, fileId, process.env.DEMO_OUT ?? ".")); // a folder: the file gets its own name
}
