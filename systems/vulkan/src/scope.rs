//! Turns what wgpu reports as a panic into an error.

use playground::rendering::RenderError;
use playground::wgpu::{Device, ErrorFilter};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Does `work`; an error that the device reports meanwhile becomes this function's.
///
/// # Errors
/// When `work` fails or the device refuses it.
pub fn scoped<T>(
    device: &Device,
    during: &'static str,
    work: impl FnOnce() -> Result<T, RenderError>,
) -> Result<T, RenderError> {
    // Scopes end in reverse order, also when `work` panics: locals are dropped last to first.
    let memory = device.push_error_scope(ErrorFilter::OutOfMemory);
    let internal = device.push_error_scope(ErrorFilter::Internal);
    let validation = device.push_error_scope(ErrorFilter::Validation);
    let result = work();
    let errors = [now(validation.pop()), now(internal.pop()), now(memory.pop())];
    match errors.into_iter().flatten().flatten().next() {
        Some(error) => Err(RenderError::Gpu { during, message: error.to_string() }),
        None => result,
    }
}

/// The future's output, if it is there already, as it always is outside browsers.
fn now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
