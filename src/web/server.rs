//! The server: binds, starts the workers, answers until it is told to stop, and stops gracefully.
//!
//! TLS is left to the gateway in front of it.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    middleware::{Compress, from_fn},
    rt::System,
    web::Data,
};
use futures_util::future;
use utoipa_actix_web::AppExt;

use super::{
    clerk::{self, Bell},
    desk::Desk,
    envelope, metrics,
    metrics::Metrics,
    problem,
    routes::{self, Known},
};
use crate::{ingest::Workshop, quality::Rules};

/// What a server needs.
#[derive(Clone)]
pub struct Settings {
    /// What the stages work with; the schema is up to date.
    pub workshop: Workshop,
    /// How the quality of reporting is judged.
    pub quality: Arc<Rules>,
    /// Where the API is answered; port 0 takes a free one.
    pub listen: Vec<SocketAddr>,
    /// Where `/metrics` is answered; with the API when there is none.
    pub metrics_listen: Option<SocketAddr>,
    /// Bytes a delivery may have.
    pub upload_limit: u64,
    /// Background workers; 0 leaves deliveries to other processes.
    pub workers: usize,
}

/// Why the server could not be started or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("无法监听 {address}：{cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The server failed.
    #[error("服务异常退出：{0}")]
    Failed(#[from] io::Error),
}

/// A server that runs on a thread of its own.
pub struct Running {
    /// Where the API is answered.
    pub addresses: Vec<SocketAddr>,
    /// Where `/metrics` is answered, if apart.
    pub metrics_address: Option<SocketAddr>,
    handles: Vec<ServerHandle>,
    thread: JoinHandle<io::Result<()>>,
    bell: Arc<Bell>,
    desk: Desk,
}

impl Running {
    /// Stops: answers what was asked, sends the workers home.
    ///
    /// # Errors
    /// [`ServeError::Failed`] when it had ended badly.
    pub fn stop(self) -> Result<(), ServeError> {
        for handle in &self.handles {
            // The command is sent at once; the returned future only waits for the end, as the join does.
            drop(handle.stop(true));
        }
        self.wait()
    }

    fn wait(self) -> Result<(), ServeError> {
        let ended = self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the server's thread panicked")));
        self.desk.close();
        self.bell.close();
        Ok(ended?)
    }
}

/// Starts a server and its workers and returns at once. At least one address to listen on is needed. It does not listen to signals.
///
/// # Errors
/// [`ServeError::Listen`] when an address is taken.
pub fn start(settings: Settings) -> Result<Running, ServeError> {
    run(settings, false)
}

/// Serves until SIGINT or SIGTERM, then stops gracefully. `ready` is told the addresses.
///
/// # Errors
/// [`ServeError`].
pub fn serve(settings: Settings, ready: impl FnOnce(&[SocketAddr])) -> Result<(), ServeError> {
    let running = run(settings, true)?;
    ready(&running.addresses);
    running.wait()
}

fn run(settings: Settings, signals: bool) -> Result<Running, ServeError> {
    let (api, addresses) = bind(&settings.listen)?;
    let (apart, metrics_addresses) = bind(settings.metrics_listen.as_slice())?;
    let (metrics, bell) = (Arc::new(Metrics::new()), Arc::new(Bell::default()));
    clerk::start(&settings.workshop, &bell, &metrics, settings.workers);
    let desk = Desk::new(&settings, Arc::clone(&bell), metrics);
    let own = desk.clone();
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || {
        System::new().block_on(async move {
            let mut servers = vec![api_server(desk.clone(), api, signals)?];
            if !apart.is_empty() {
                servers.push(metrics_server(desk, apart, signals)?);
            }
            let handles: Vec<ServerHandle> = servers.iter().map(Server::handle).collect();
            // A caller that has gone away needs no handles.
            let _gone = sender.send(handles);
            future::try_join_all(servers).await.map(drop)
        })
    });
    match receiver.recv() {
        Ok(handles) => {
            let metrics_address = metrics_addresses.first().copied();
            Ok(Running { addresses, metrics_address, handles, thread, bell, desk: own })
        }
        Err(_) => {
            own.close();
            bell.close();
            let ended = thread.join().unwrap_or_else(|_| Err(io::Error::other("the server's thread panicked")));
            Err(ServeError::Failed(ended.err().unwrap_or_else(|| io::Error::other("the server did not start"))))
        }
    }
}

fn bind(wanted: &[SocketAddr]) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), ServeError> {
    let mut bound = (Vec::new(), Vec::new());
    for &address in wanted {
        let named = |cause| ServeError::Listen { address, cause };
        let listener = TcpListener::bind(address).map_err(named)?;
        bound.1.push(listener.local_addr().map_err(named)?);
        bound.0.push(listener);
    }
    Ok(bound)
}

/// How long answers under way are waited for.
const GRACE_SECONDS: u64 = 20;

fn api_server(desk: Desk, listeners: Vec<TcpListener>, signals: bool) -> io::Result<Server> {
    let known = Data::new(Known::new());
    let desk = Data::new(desk);
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(desk.clone())
            .app_data(known.clone())
            .app_data(problem::json())
            .app_data(problem::query())
            .app_data(problem::path())
            .wrap(Compress::default())
            .wrap(from_fn(envelope::wrap))
            .into_utoipa_app()
            .configure(routes::routes)
            .into_app()
            .default_service(actix_web::web::to(routes::unknown))
    })
    .keep_alive(Duration::from_secs(60))
    .shutdown_timeout(GRACE_SECONDS);
    if !signals {
        server = server.disable_signals();
    }
    for listener in listeners {
        server = server.listen(listener)?;
    }
    Ok(server.run())
}

fn metrics_server(desk: Desk, listeners: Vec<TcpListener>, signals: bool) -> io::Result<Server> {
    let desk = Data::new(desk);
    let mut server = HttpServer::new(move || {
        App::new().app_data(desk.clone()).route("/metrics", actix_web::web::get().to(metrics::show_apart))
    })
    .workers(1);
    if !signals {
        server = server.disable_signals();
    }
    for listener in listeners {
        server = server.listen(listener)?;
    }
    Ok(server.run())
}
