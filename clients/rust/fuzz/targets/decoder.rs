#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| chutes_client::fuzzing::decoder(data));
