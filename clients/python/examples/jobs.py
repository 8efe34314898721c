from chutes_client import Chutes, job_state

client = Chutes()
run = client.jobs.create("demo/worker", "train", epochs=2)
run = client.jobs.wait(run.job_id, poll_interval=1, on_progress=lambda run: print(job_state(run)))
for file_id in run.output_files or {}:
    print(client.jobs.download(run.job_id, file_id, "."))  # a folder: the file gets its own name
