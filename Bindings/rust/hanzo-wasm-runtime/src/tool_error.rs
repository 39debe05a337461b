//! The error of [`crate::WasmRuntime::execute`]: this crate's own, or the node's.

use crate::{ErrorCode, WasmError};

#[cfg(not(feature = "node-tool-error"))]
pub use own::ToolError;
// An error here says that the dependency is missing: Cargo.toml has the line to add.
#[cfg(feature = "node-tool-error")]
pub use hanzo_tools_primitives::tools::error::ToolError;

#[cfg(not(feature = "node-tool-error"))]
mod own {
    use std::fmt;

    /// Why a tool failed, as the node's type of this name says it. [`ToolErrorExt`](crate::ToolErrorExt) has the code.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum ToolError {
        ExecutionError(String),
    }

    impl fmt::Display for ToolError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                ToolError::ExecutionError(text) => write!(f, "Execution error: {text}"),
            }
        }
    }

    impl std::error::Error for ToolError {}
}

/// `"Module NAME not found"` and `"Function NAME not found"`, as the original crate said it. Anything else ends with the
/// code's name in parentheses; sentences that callers of the original may look for come first: `"Execution timeout"`,
/// `"Function call failed"`, `"Failed to instantiate module"`.
impl From<WasmError> for ToolError {
    fn from(error: WasmError) -> ToolError {
        let name = |member: &str| error.json.get(member).and_then(|name| name.as_str());
        let beginning = match (error.code, name("module"), name("function")) {
            (ErrorCode::ModuleNotFound, Some(module), _) => return not_found("Module", module),
            (ErrorCode::FunctionNotFound, _, Some(function)) => return not_found("Function", function),
            (ErrorCode::TimedOut, ..) => "Execution timeout: ",
            (ErrorCode::UnresolvedImport, ..) => "Failed to instantiate module: ",
            (ErrorCode::Trap | ErrorCode::FuelExhausted, ..) => "Function call failed: ",
            _ => "",
        };
        ToolError::ExecutionError(format!("{beginning}{} ({})", error.message, error.code))
    }
}

pub(crate) fn not_found(what: &str, name: &str) -> ToolError {
    ToolError::ExecutionError(format!("{what} {name} not found"))
}

/// What went wrong, of either type of error. [`WasmRuntime::call`](crate::WasmRuntime::call) tells more.
pub trait ToolErrorExt {
    /// The code, as the text tells it; `Unknown` if the error is not of this crate.
    fn code(&self) -> ErrorCode;
}

impl ToolErrorExt for ToolError {
    fn code(&self) -> ErrorCode {
        // The node's type has more variants.
        #[allow(unreachable_patterns)]
        let text = match self {
            ToolError::ExecutionError(text) => text,
            _ => return ErrorCode::Unknown,
        };
        if let Some(inside) = text.strip_suffix(')') {
            return ErrorCode::from_name(inside.rsplit('(').next().unwrap_or_default());
        }
        match text.strip_suffix(" not found") {
            Some(beginning) if beginning.starts_with("Module ") => ErrorCode::ModuleNotFound,
            Some(beginning) if beginning.starts_with("Function ") => ErrorCode::FunctionNotFound,
            _ => ErrorCode::Unknown,
        }
    }
}
