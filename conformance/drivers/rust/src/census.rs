//! What is alive in this process: tasks, and bytes of the heap.

use chutes_client::{Value, json};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

#[global_allocator]
static HEAP: Counted = Counted;
static LIVE: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator with a sum of what is in use.
struct Counted;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(size as isize - layout.size() as isize, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[cfg(target_env = "gnu")]
fn give_back() {
    unsafe extern "C" {
        fn malloc_trim(keep: usize) -> i32;
    }
    // SAFETY: a function of glibc that may be called at any time; it only returns free pages.
    unsafe { malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn give_back() {}

pub fn count() -> Value {
    give_back();
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    json!({"obs": [], "final": {"tasks": tasks, "heap": LIVE.load(Ordering::Relaxed), "unit": "bytes"}})
}
